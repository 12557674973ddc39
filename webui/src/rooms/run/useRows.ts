import { useQuery } from '@tanstack/react-query';
import { queries } from '@/api/queries';
import type { RowSummary } from '@/api/types';
import { useGroupVersion } from '@/charts';
import type { OpenRun } from './context';
import { totalOf, totalRow, type Total } from './rows';

export interface Rows {
  rows: readonly RowSummary[];
  total: Total;
  error: Error | null;
  loading: boolean;
}

/** The rows of the run: as the last tick has them, or of a range, or of a run that has ended, as the master has stored them. */
export function useRows({ result, store, group, address, live }: OpenRun): Rows {
  const { zoom } = address;
  // In its turn of the frames: the table and all charts in one are a long task.
  useGroupVersion(group, ['data']);
  const { tick } = store.snapshot();
  const stored = useQuery({
    ...queries.runRows(result.id, zoom?.from ?? 0, zoom?.to ?? 0),
    enabled: zoom !== null || !live,
  });
  const ofTick = live && zoom === null;
  const all = (ofTick ? tick?.rows : stored.data) ?? [];
  const rows = all.filter((r) => r.kind !== 'total');
  // Percentiles of rows cannot be joined: the master says those of all.
  const known = all.find((r) => r.kind === 'total') ?? (zoom ? {} : totalOf(result));
  return { rows, total: totalRow(rows, known), error: ofTick ? null : stored.error, loading: ofTick ? tick === null : stored.isPending };
}
