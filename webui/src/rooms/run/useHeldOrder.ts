import { useRef, useState } from 'react';
import { inOrder, sortRows, type Row, type Sort, type Total } from './rows';

export interface HeldOrder {
  rows: Row[];
  held: boolean;
  hold: (held: boolean) => void;
}

/** Sorts rows, but while somebody points at them or moves among them they stay where they are. */
export function useHeldOrder(rows: readonly Row[], sort: Sort, total: Total): HeldOrder {
  const [held, setHeld] = useState(false);
  const kept = useRef<{ keys: string[]; sort: Sort } | null>(null);
  const keeps = held && kept.current !== null && kept.current.sort === sort;
  const ordered = keeps ? inOrder(rows, kept.current?.keys ?? []) : sortRows(rows, sort, total);
  kept.current = { keys: ordered.map((r) => r.key), sort };
  return { rows: ordered, held, hold: setHeld };
}
