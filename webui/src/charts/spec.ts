import type { SeriesView } from '@/live/types';
import type { ColorName } from './palette';
import type { Unit } from './units';

export type LineStyle = 'line' | 'step' | 'dash' | 'area' | 'faint';

export interface LineSpec {
  key: string;
  label: string;
  color: ColorName;
  style?: LineStyle;
  /** Hidden until somebody asks for it. */
  optional?: boolean;
  /** The column of a view, NaN where nothing is known. */
  read: (view: SeriesView) => ArrayLike<number>;
  /** Whose value an entry of the line has, where it is not always the same one's. */
  who?: (view: SeriesView, entry: number) => string;
}

/** What a chart shows and how. A new object draws the chart anew; keep it between ticks. */
export interface ChartSpec {
  /** Its container is data-testid="chart-<id>". */
  id: string;
  title: string;
  help: string;
  unit: Unit;
  lines: LineSpec[];
  /** A logarithmic value axis. */
  log?: boolean;
  /** The upper end of the value axis: at least, or exactly with `fixed`. */
  floor?: number;
  fixed?: boolean;
  /** Lines are shares of a whole, drawn on top of each other. */
  stacked?: boolean;
  /** Horizontal lines, such as those of thresholds. */
  limits?: { value: number; label: string }[];
  /** Two lines by their keys; what is between them is shaded. */
  band?: readonly [high: string, low: string];
  /** The heat map of the view is drawn beneath the lines, 1 ms to 60 s: of all requests, or of those that did not fail. */
  heat?: 'all' | 'ok';
  /** Stages of loads are shaded. */
  stages?: boolean;
}

/** Reads the columns of a spec; those of a stack are added up from the last line to the first. */
export function readLines(spec: ChartSpec, view: SeriesView): ArrayLike<number>[] {
  const columns = spec.lines.map((line) => line.read(view));
  if (!spec.stacked) return columns;
  const n = view.t.length;
  const sums: Float64Array[] = [];
  for (let c = columns.length - 1; c >= 0; c--) {
    const above = sums[0];
    const sum = new Float64Array(n);
    for (let i = 0; i < n; i++) sum[i] = (columns[c]?.[i] as number) + (above ? (above[i] as number) : 0);
    sums.unshift(sum);
  }
  return sums;
}
