import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { areaPath, ceiling, figures } from './trend';
import classes from './workers.module.css';

const WIDTH = 240;
const HEIGHT = 48;
/** A trend has so many values when it is complete. */
const SLOTS = 60;

export interface TrendChartProps {
  name: string;
  title: string;
  values: readonly number[];
  write: (value: number) => string;
  /** The upper end of the axis, at least. */
  least: number;
  /** Above this it is too much. */
  limit?: number;
}

/** How one figure of a worker went in the last minutes. */
export function TrendChart({ name, title, values, write, least, limit }: TrendChartProps) {
  const { t } = useTranslation('workers');
  const known = figures(values);
  const top = ceiling(known?.max ?? 0, least);
  const { line, area } = areaPath(values, WIDTH, HEIGHT, top, SLOTS);
  const summary = known ? t('trendSummary', { title, now: write(known.now), min: write(known.min), max: write(known.max) }) : t('trendEmpty', { title });
  const y = (value: number) => HEIGHT - (value / top) * HEIGHT;
  return (
    <figure className={classes.trend} data-testid={`worker-chart-${name}`} data-points={values.length} data-last={known?.now ?? ''}>
      <figcaption className={classes.trendHead}>
        <span>{title}</span>
        <Text span size="sm" fw={600}>{known ? write(known.now) : '–'}</Text>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={summary} className={classes.plot}>
        <path d={area} className={classes.area} />
        <path d={line} className={classes.stroke} vectorEffect="non-scaling-stroke" />
        {limit !== undefined && limit < top && <line x1={0} x2={WIDTH} y1={y(limit)} y2={y(limit)} className={classes.limit} vectorEffect="non-scaling-stroke" />}
      </svg>
      <div className={classes.trendFoot}>
        <span>{t('minutesAgo')}</span>
        <span>{known ? t('most', { value: write(known.max) }) : ''}</span>
      </div>
    </figure>
  );
}
