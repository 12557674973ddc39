import { call, segment } from '@/api/client';
import type { WorkerLine, WorkerLogs } from '@/api/types';
import { queryOptions, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';

export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** So many of the newest lines are shown. */
const SHOWN = 1_000;
const LOOK_EVERY = 2_000;

/** What is known with what came after it. A worker that was started anew counts its lines from 1. */
export function joined(known: WorkerLogs | undefined, fresh: WorkerLogs): WorkerLogs {
  if (!known || fresh.last < known.last) return fresh;
  const newest = known.lines.at(-1)?.number ?? 0;
  const more: WorkerLine[] = fresh.lines.filter((l) => l.number > newest);
  return more.length === 0 ? { ...known, last: fresh.last } : { lines: [...known.lines, ...more].slice(-SHOWN), last: fresh.last };
}

function logs(id: string, level: Level, cache: QueryClient) {
  const queryKey = ['workers', id, 'logs', level];
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }) => {
      const ask = (after: number) => call<WorkerLogs>(`/workers/${segment(id)}/logs?level=${level}&after=${after}`, { signal });
      const known = cache.getQueryData<WorkerLogs>(queryKey);
      const fresh = await ask(known?.last ?? 0);
      return joined(known, known && fresh.last < known.last ? await ask(0) : fresh);
    },
    refetchInterval: LOOK_EVERY,
    retry: false,
  });
}

/** The last lines of a worker's log, asked for again and again. */
export function useWorkerLogs(id: string, level: Level) {
  return useQuery(logs(id, level, useQueryClient()));
}
