/** The least, the most and the last known value of a column, and when that was. */
export interface Extent {
  min: number;
  max: number;
  last: number;
  lastAt: number;
  known: number;
}

export function extent(t: ArrayLike<number>, column: ArrayLike<number>): Extent | null {
  const e: Extent = { min: Infinity, max: -Infinity, last: Number.NaN, lastAt: Number.NaN, known: 0 };
  for (let i = 0; i < column.length; i++) {
    const v = column[i] as number;
    if (Number.isNaN(v)) continue;
    if (v < e.min) e.min = v;
    if (v > e.max) e.max = v;
    e.last = v;
    e.lastAt = t[i] as number;
    e.known++;
  }
  return e.known > 0 ? e : null;
}

/** Entries that are so many seconds apart, or a little more, the newest first. */
export function evenly(t: ArrayLike<number>, seconds: number): number[] {
  const found: number[] = [];
  let before = Infinity;
  for (let i = t.length - 1; i >= 0; i--) {
    if ((t[i] as number) > before) continue;
    found.push(i);
    before = (t[i] as number) - seconds;
  }
  return found;
}

/** The index of the entry nearest to a run time; -1 without entries. */
export function nearest(t: ArrayLike<number>, at: number): number {
  let low = 0;
  let high = t.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const mid = (low + high) >> 1;
    if ((t[mid] as number) < at) low = mid + 1;
    else high = mid;
  }
  return low > 0 && at - (t[low - 1] as number) < (t[low] as number) - at ? low - 1 : low;
}
