import type { RowSummary, RunTrends } from '@/api/types';
import { TREND } from './types';

/** Rows that have a trend; those that come later have none. */
export const MAX_TRENDS = 1000;

/** The last rates of each row, second by second, for the small lines in tables. */
export class Trends {
  #rings = new Map<number, Float64Array>();
  /** The newest second that is known; -1: none. */
  #last = -1;

  /** Takes in the rates of a second; one that is not new is known better already. */
  put(second: number, rows: readonly RowSummary[]): void {
    if (second < this.#last) return;
    this.#forward(second);
    for (const row of rows) {
      const ring = this.#ring(row.id);
      if (ring) ring[second % TREND] = row.rps;
    }
  }

  /** Takes in what the master has stored, where nothing is known yet. */
  load({ from, n, total, rows }: RunTrends): void {
    this.#forward(from + n - 1);
    this.#fill(-1, from, total);
    rows.forEach((rates, id) => this.#fill(id, from, rates));
  }

  /** Oldest first. */
  of(row: number): readonly number[] {
    const ring = this.#rings.get(row);
    if (!ring) return [];
    const count = Math.min(this.#last + 1, TREND);
    return Array.from({ length: count }, (_, i) => ring[(this.#last + 1 - count + i) % TREND] as number);
  }

  #ring(row: number): Float64Array | undefined {
    const known = this.#rings.get(row);
    if (known || this.#rings.size >= MAX_TRENDS) return known;
    const ring = new Float64Array(TREND).fill(NaN);
    this.#rings.set(row, ring);
    return ring;
  }

  /** What is older than the rings reach gives way to seconds that are not known yet. */
  #forward(to: number): void {
    for (let second = Math.max(this.#last + 1, to - TREND + 1); second <= to; second++) for (const ring of this.#rings.values()) ring[second % TREND] = NaN;
    this.#last = Math.max(this.#last, to);
  }

  #fill(row: number, from: number, rates: readonly (number | null)[]): void {
    const ring = this.#ring(row);
    if (!ring) return;
    rates.forEach((rate, i) => {
      const second = from + i;
      if (second > this.#last - TREND && Number.isNaN(ring[second % TREND])) ring[second % TREND] = rate ?? NaN;
    });
  }
}
