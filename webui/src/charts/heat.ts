import { HEAT_ROWS, type SeriesView } from '@/live/types';
import { columnEdges, secondsPerColumn } from './thin';

export { HEAT_ROWS };

/** Edges of a heat map, in ms. */
export const HEAT_LOW = 1;
export const HEAT_HIGH = 60_000;

/** The latency, in ms, at the lower edge of a row. */
export function heatEdge(row: number): number {
  return HEAT_LOW * (HEAT_HIGH / HEAT_LOW) ** (row / HEAT_ROWS);
}

/** The row in which a latency in ms is drawn. */
export function heatRow(ms: number): number {
  if (ms <= HEAT_LOW) return 0;
  return Math.min(HEAT_ROWS - 1, Math.floor((Math.log(ms / HEAT_LOW) / Math.log(HEAT_HIGH / HEAT_LOW)) * HEAT_ROWS));
}

/** A heat map of as many columns as can be seen: HEAT_ROWS counts each, from the lowest. */
export interface HeatColumns {
  /** Run time at which each column begins. */
  t: number[];
  /** Run time of a whole column, in seconds. */
  span: number;
  counts: Float64Array;
  most: number;
}

export function heatColumns(view: SeriesView, pixels: number, of: 'all' | 'ok' = 'all'): HeatColumns {
  const failed = of === 'ok' ? view.failed : null;
  const span = secondsPerColumn(view.t, view.step, pixels);
  const edges = columnEdges(view.t, span);
  const n = edges.length - 1;
  const out: HeatColumns = { t: new Array(n), span, counts: new Float64Array(n * HEAT_ROWS), most: 0 };
  for (let c = 0; c < n; c++) {
    out.t[c] = Math.floor((view.t[edges[c] as number] as number) / span) * span;
    for (let i = edges[c] as number; i < (edges[c + 1] as number); i++) {
      for (let row = 0; row < HEAT_ROWS; row++) {
        const sum = (out.counts[c * HEAT_ROWS + row] as number) + (view.heat[i * HEAT_ROWS + row] as number) - (failed ? (failed[i * HEAT_ROWS + row] as number) : 0);
        out.counts[c * HEAT_ROWS + row] = sum;
        if (sum > out.most) out.most = sum;
      }
    }
  }
  return out;
}

/** Draws columns, one pixel each, row 0 at the bottom: colour is the logarithm of the count. */
export function paintHeat(columns: HeatColumns, pixels: Uint32Array, image: ImageData): void {
  const out = new Uint32Array(image.data.buffer);
  const width = columns.t.length;
  const scale = columns.most > 0 ? 255 / Math.log1p(columns.most) : 0;
  for (let c = 0; c < width; c++) {
    for (let row = 0; row < HEAT_ROWS; row++) {
      const count = columns.counts[c * HEAT_ROWS + row] as number;
      out[(HEAT_ROWS - 1 - row) * width + c] = count > 0 ? (pixels[Math.round(Math.log1p(count) * scale)] as number) : 0;
    }
  }
}

/** Below this latency, in ms, are a share (0–1) of what was counted; NaN for none. */
export function heatQuantile(counts: ArrayLike<number>, share: number): number {
  let total = 0;
  for (let i = 0; i < counts.length; i++) total += counts[i] as number;
  if (total === 0) return Number.NaN;
  const rank = Math.max(1, Math.ceil(share * total));
  let sum = 0;
  for (let row = 0; row < counts.length; row++) {
    const here = counts[row] as number;
    const within = (rank - sum) / here;
    // The lowest row begins at 0, which the scale does not have.
    if (sum + here >= rank) return row === 0 ? heatEdge(1) * within : heatEdge(row) * (heatEdge(1) / heatEdge(0)) ** within;
    sum += here;
  }
  return HEAT_HIGH;
}
