import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { queries } from '@/api/queries';
import type { ErrorGroup } from '@/api/types';
import type { OpenRun } from './context';
import { withSamples } from './groups';

/** How often groups of a run under way are asked for, while they are looked at, in ms. */
const EVERY = 2_000;

/** The groups of failures: of a run under way as they are now, with their trends; of one that has ended as its result has them. */
export function useErrors({ result, live }: OpenRun): readonly (ErrorGroup & { trend?: number[] })[] {
  const { data } = useQuery({ ...queries.runErrors(result.id), enabled: live, refetchInterval: live ? EVERY : false });
  return useMemo(() => (live && data ? withSamples(data, result.errors) : result.errors), [live, data, result.errors]);
}
