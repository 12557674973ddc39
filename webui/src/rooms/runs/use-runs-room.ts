import { useMutation, useQuery, useQueryClient, keepPreviousData } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { call, segment } from '@/api/client';
import { queries } from '@/api/queries';
import { useRuns } from '@/live';
import { undoToast } from '@/widgets';
import { isEnded } from '@/widgets';
import { parseFilters, queryOf, rowsOf, writeFilters, type Filters, type RunRow } from './filters';

/** The list of runs: what is chosen, what is in it, and what can be done with it. */
export function useRunsRoom() {
  const { t } = useTranslation('runs');
  const client = useQueryClient();
  const [params, setParams] = useSearchParams();
  const filters = parseFilters(params);
  const live = useRuns() ?? [];
  const list = useQuery({ ...queries.runs(queryOf(filters)), placeholderData: keepPreviousData });
  const refresh = () => client.invalidateQueries({ queryKey: ['runs'] });

  const restore = useMutation({ mutationFn: (run: RunRow) => call(`/runs/${segment(run.id)}/restore`, { method: 'POST' }), onSettled: refresh });
  const remove = useMutation({
    mutationFn: (run: RunRow) => call(`/runs/${segment(run.id)}`, { method: 'DELETE' }),
    onSuccess: (_, run) => undoToast(t('deleted', { number: run.number }), t('undo'), t('close'), () => restore.mutate(run)),
    onSettled: refresh,
  });

  // A filter begins at the first page.
  const choose = (change: Partial<Filters>) => setParams(writeFilters({ ...filters, before: [], ...change }), { replace: true });
  const runs = list.data?.runs ?? [];
  const oldest = runs[runs.length - 1]?.number;
  return {
    filters, choose, list, remove, restore,
    rows: rowsOf(runs, live),
    total: list.data?.total ?? 0,
    active: live.filter((run) => !isEnded(run.state)).length,
    // What is before this page is not in its total, which is that of the whole list.
    older: oldest !== undefined && oldest > 1 && runs.length === queryOf(filters).limit ? () => setParams(writeFilters({ ...filters, before: [...filters.before, oldest] })) : undefined,
    newer: filters.before.length > 0 ? () => setParams(writeFilters({ ...filters, before: filters.before.slice(0, -1) })) : undefined,
  };
}
