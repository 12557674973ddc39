import { useMemo } from 'react';
import type { RunStore } from '@/live';

/** A small line moves by less than a pixel in a second: each is made anew after so many, in its turn. */
export const TREND_EVERY = 4;

/** The last two minutes of rows, each the same array for as long as it need not be drawn again. */
export function heldTrends(store: Pick<RunStore, 'trend' | 'snapshot'>): (row: number) => readonly number[] {
  const held = new Map<number, { turn: number; values: readonly number[] }>();
  return (row) => {
    const turn = Math.floor((store.snapshot().lastSecond + (row % TREND_EVERY)) / TREND_EVERY);
    const found = held.get(row);
    if (found?.turn === turn && found.values.length > 0) return found.values;
    const values = store.trend(row);
    held.set(row, { turn, values });
    return values;
  };
}

export function useTrends(store: RunStore): (row: number) => readonly number[] {
  return useMemo(() => heldTrends(store), [store]);
}
