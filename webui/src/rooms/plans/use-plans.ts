import { queries, usePlans, useRunList } from '@/api/queries';
import type { PlanInfo, RunInfo } from '@/api/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { download, duplicate, freeName, read, remove, rename, store } from './plan-files';

export interface PlanLine extends PlanInfo {
  last?: RunInfo;
}

export type PlanColumn = 'name' | 'transactions' | 'modified';

/** The plans of the workspace, each with its last run; those that match the filter. */
export function usePlanLines(filter: string, column: PlanColumn, down: boolean) {
  const plans = usePlans();
  const runs = useRunList({ limit: 200 });
  const lines = useMemo(() => {
    const last = new Map<string, RunInfo>();
    for (const run of runs.data?.runs ?? []) if (!last.has(run.plan)) last.set(run.plan, run);
    const wanted = filter.trim().toLowerCase();
    return (plans.data ?? [])
      .filter((p) => wanted === '' || p.name.toLowerCase().includes(wanted) || p.description.toLowerCase().includes(wanted))
      .map((p): PlanLine => ({ ...p, last: last.get(p.name) }))
      .toSorted((a, b) => (down ? -1 : 1) * compare(a, b, column));
  }, [plans.data, runs.data, filter, column, down]);
  return { plans, lines };
}

const names = new Intl.Collator(undefined, { numeric: true });

function compare(a: PlanLine, b: PlanLine, column: PlanColumn): number {
  if (column === 'transactions') return a.transactions.length - b.transactions.length || names.compare(a.name, b.name);
  if (column === 'modified') return a.modified.localeCompare(b.modified);
  return names.compare(a.name, b.name);
}

/** What can be done with plans; each has the list asked for again. */
export function usePlanActions(taken: readonly string[]) {
  const cache = useQueryClient();
  const again = () => cache.invalidateQueries({ queryKey: queries.plans().queryKey });
  const duplicating = useMutation({ mutationFn: (plan: PlanInfo) => duplicate(plan, freeName(plan.name, taken)), onSuccess: again });
  // Also where only the name in the text could not be changed.
  const renaming = useMutation({ mutationFn: ({ plan, to }: { plan: PlanInfo; to: string }) => rename(plan, to), onSettled: again });
  const removing = useMutation({
    mutationFn: async (plan: PlanInfo) => {
      const stored = await read(plan.name);
      await remove(plan.name, stored.revision);
      return stored;
    },
    onSuccess: again,
  });
  const storing = useMutation({ mutationFn: ({ name, text, over }: { name: string; text: string; over?: string }) => store(name, text, over), onSuccess: again });
  const exporting = useMutation({ mutationFn: async (plan: PlanInfo) => download(`${plan.name}.yaml`, (await read(plan.name)).text) });
  return { duplicate: duplicating, rename: renaming, remove: removing, store: storing, export: exporting };
}
