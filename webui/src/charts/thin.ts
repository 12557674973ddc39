export type Cells = (number | null)[];

/** Columns of equal length that a chart can draw: null where nothing is known. */
export interface Thinned {
  t: number[];
  columns: Cells[];
}

/** However wide a chart is, a line is drawn of two points each of so many columns and of one that is cut, 2,000 in all. */
const MOST_COLUMNS = 999;

/** How many seconds share a column of pixels: as few as bring all entries into that width, whole ones of the longest. */
export function secondsPerColumn(t: ArrayLike<number>, step: number, pixels: number): number {
  const n = t.length;
  if (n === 0) return step;
  const last = t[n - 1] as number;
  const span = last - (t[0] as number) + (n > 1 ? last - (t[n - 2] as number) : step);
  return step * Math.max(1, Math.ceil(span / step / Math.max(1, pixels)));
}

/**
 * Leaves of long columns the lowest and the highest value of each column of pixels, in the
 * order in which they came, so that no peak is lost. Columns of pixels begin at multiples
 * of their own length in run time: with each new second the picture grows, it does not
 * shimmer. No entry is longer than step seconds, and one that is is whole in its column.
 * Entries that are NaN are not known; a column of pixels without any is a gap.
 */
export function thin(t: ArrayLike<number>, columns: ArrayLike<number>[], step: number, pixels: number): Thinned {
  const width = Math.min(Math.max(1, pixels), MOST_COLUMNS);
  if (t.length <= 2 * width) return { t: Array.from(t), columns: columns.map(copy) };
  const edges = columnEdges(t, secondsPerColumn(t, step, width));
  const out: Thinned = { t: [], columns: columns.map(() => []) };
  for (let e = 0; e + 1 < edges.length; e++) {
    const from = edges[e] as number;
    const to = edges[e + 1] as number;
    out.t.push(t[from] as number);
    if (to - from > 1) out.t.push(t[to - 1] as number);
    columns.forEach((column, c) => {
      const [first, second] = extremes(column, from, to);
      out.columns[c]?.push(first);
      if (to - from > 1) out.columns[c]?.push(second);
    });
  }
  return out;
}

/** Indexes at which columns of pixels begin, and the end. */
export function columnEdges(t: ArrayLike<number>, seconds: number): number[] {
  const edges: number[] = [];
  let last = Number.NaN;
  for (let i = 0; i < t.length; i++) {
    const column = Math.floor((t[i] as number) / seconds);
    if (column !== last) edges.push(i);
    last = column;
  }
  edges.push(t.length);
  return edges;
}

function copy(column: ArrayLike<number>): Cells {
  const cells: Cells = new Array(column.length);
  for (let i = 0; i < column.length; i++) {
    const v = column[i] as number;
    cells[i] = Number.isNaN(v) ? null : v;
  }
  return cells;
}

function extremes(column: ArrayLike<number>, from: number, to: number): [number | null, number | null] {
  let low = -1;
  let high = -1;
  for (let i = from; i < to; i++) {
    const v = column[i] as number;
    if (Number.isNaN(v)) continue;
    if (low < 0 || v < (column[low] as number)) low = i;
    if (high < 0 || v > (column[high] as number)) high = i;
  }
  if (low < 0) return [null, null];
  return low <= high ? [column[low] as number, column[high] as number] : [column[high] as number, column[low] as number];
}
