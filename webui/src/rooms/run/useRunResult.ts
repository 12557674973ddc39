import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { call, segment } from '@/api/client';
import type { RunResult } from '@/api/types';
import { useRunSnapshot, type RunStore } from '@/live';
import { hasEnded } from './state';

const AGAIN = 2_000;

export function runKey(run: string): string[] {
  return ['runs', run, 'result'];
}

/** The result of a run so far, by number or id. */
export function useRunResult(run: string): UseQueryResult<RunResult> {
  return useQuery({
    queryKey: runKey(run),
    queryFn: ({ signal }) => call<RunResult>(`/runs/${segment(run)}`, { signal }),
    // Before its first tick only this tells that a queued run has begun.
    refetchInterval: (query) => (query.state.data && !hasEnded(query.state.data.state) ? 10_000 : false),
  });
}

/** Fetches the result again, at most every two seconds, while failures come in or its state changes. */
export function useResultRefresh(run: string, store: RunStore): void {
  const queries = useQueryClient();
  const { tick, version } = useRunSnapshot(store);
  const before = useRef<string | null>(null);
  const asked = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const now = tick ? `${tick.state} ${tick.errors.groups} ${tick.errors.count} ${tick.workers} ${tick.lost}` : null;

  useEffect(() => {
    if (now === null || now === before.current) return;
    const first = before.current === null;
    before.current = now;
    if (first || timer.current) return;
    timer.current = setTimeout(() => {
      timer.current = null;
      asked.current = Date.now();
      void queries.invalidateQueries({ queryKey: runKey(run) });
    }, Math.max(0, asked.current + AGAIN - Date.now()));
  }, [now, version, queries, run]);

  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current);
    },
    [],
  );
}
