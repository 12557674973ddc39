import { memo } from 'react';
import classes from './charts.module.css';
import { sparkPath } from './spark';

export interface SparklineProps {
  /** A value each second or step; NaN: not known. */
  values: ArrayLike<number>;
  width?: number;
  height?: number;
  /** Changes when the values have changed, since they may be the same array. */
  version?: number;
}

/** A small line without axes, beside the number that it is the past of. */
export const Sparkline = memo(function Sparkline({ values, width = 100, height = 22 }: SparklineProps) {
  return (
    <svg className={classes.spark} width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path d={sparkPath(values, width, height)} fill="none" stroke="currentColor" strokeWidth="1.3" />
    </svg>
  );
});
