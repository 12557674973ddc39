import { memo } from 'react';
import classes from './sparkline.module.css';

/** Which of many values are drawn: of those that share a pixel the lowest and the highest, as they came. */
function drawn(values: ArrayLike<number>, width: number): number[] {
  const per = Math.max(1, Math.ceil(values.length / width));
  const list: number[] = [];
  for (let from = 0; from < values.length; from += per) {
    let low = from;
    let high = from;
    for (let i = from + 1; i < Math.min(from + per, values.length); i++) {
      const value = values[i] as number;
      if (value < (values[low] as number) || Number.isNaN(values[low])) low = i;
      if (value > (values[high] as number) || Number.isNaN(values[high])) high = i;
    }
    list.push(Math.min(low, high));
    if (low !== high) list.push(Math.max(low, high));
  }
  return list;
}

/** The line of values in a box, as the path of an SVG; NaN is a gap. The lowest line is zero, or less where values are. */
export function sparklinePath(values: ArrayLike<number>, width: number, height: number, top?: number): string {
  let low = 0;
  let high = top ?? 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const range = high - low || 1;
  const across = values.length > 1 ? width / (values.length - 1) : 0;
  let path = '';
  let pen = 'M';
  for (const i of drawn(values, width)) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) {
      pen = 'M';
      continue;
    }
    path += `${pen}${(i * across).toFixed(1)} ${(height - ((value - low) / range) * height).toFixed(1)}`;
    pen = 'L';
  }
  return path;
}

export interface SparklineProps {
  values: ArrayLike<number>;
  width?: number;
  height?: number;
  /** The value at the upper edge, for lines that are compared; otherwise the highest one. */
  top?: number;
  tone?: 'quiet' | 'good' | 'warn' | 'bad' | 'busy';
}

/** A line as high as a line of text. It shows what is said in numbers beside it, so it is hidden from screen readers. */
export const Sparkline = memo(function Sparkline({ values, width = 96, height = 20, top, tone = 'quiet' }: SparklineProps) {
  const path = sparklinePath(values, width - 2, height - 3, top);
  return (
    <svg className={`${classes.line} ${classes[tone]}`} width={width} height={height} viewBox={`-1 -1.5 ${width} ${height}`} aria-hidden="true" focusable="false">
      <path d={path} fill="none" stroke="currentColor" strokeWidth={1.5} strokeLinejoin="round" strokeLinecap="round" />
    </svg>
  );
});
