import type { RowSummary } from '@/api/types';
import { TREND } from './types';

/** Rows that have a trend; those that come later have none. */
export const MAX_TRENDS = 1000;

/** The last rates of each row, for the small lines in tables. */
export class Trends {
  #rings = new Map<number, Float64Array>();
  #ticks = 0;

  /** Takes in the rows of a tick. */
  put(rows: readonly RowSummary[]): void {
    const at = this.#ticks++ % TREND;
    for (const ring of this.#rings.values()) ring[at] = NaN;
    for (const row of rows) {
      let ring = this.#rings.get(row.id);
      if (!ring) {
        if (this.#rings.size >= MAX_TRENDS) continue;
        this.#rings.set(row.id, (ring = new Float64Array(TREND).fill(NaN)));
      }
      ring[at] = row.rps;
    }
  }

  /** Oldest first. */
  of(row: number): readonly number[] {
    const ring = this.#rings.get(row);
    if (!ring) return [];
    const count = Math.min(this.#ticks, TREND);
    return Array.from({ length: count }, (_, i) => ring[(this.#ticks - count + i) % TREND] as number);
  }
}
