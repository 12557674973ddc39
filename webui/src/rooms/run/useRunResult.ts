import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { queries } from '@/api/queries';
import type { RunResult } from '@/api/types';
import type { RunStore } from '@/live';
import { hasEnded } from './state';
import { useRunValue } from './useRunValue';

const AGAIN = 2_000;

/** The result of a run so far, by number or id. */
export function useRunResult(run: string): UseQueryResult<RunResult> {
  return useQuery({
    ...queries.run(run),
    // Before its first tick only this tells that a queued run has begun.
    refetchInterval: (query) => (query.state.data && !hasEnded(query.state.data.state) ? 10_000 : false),
  });
}

/** Fetches the result again, at most every two seconds, while failures come in or its state changes. */
export function useResultRefresh(run: string, store: RunStore): void {
  const client = useQueryClient();
  const before = useRef<string | null>(null);
  const asked = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const now = useRunValue(store, ({ tick }) => (tick ? `${tick.state} ${tick.errors.groups} ${tick.errors.count} ${tick.workers} ${tick.lost}` : null));

  useEffect(() => {
    if (now === null || now === before.current) return;
    const first = before.current === null;
    before.current = now;
    if (first || timer.current) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      asked.current = Date.now();
      void client.invalidateQueries({ queryKey: queries.run(run).queryKey, exact: true });
    }, Math.max(0, asked.current + AGAIN - Date.now()));
  }, [now, client, run]);

  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
    },
    [],
  );
}
