import { useRunConfig } from '@/api/queries';
import { useOpenRun } from './context';

/** The name by which the workspace finds the plan of the run; the result has the one that the plan gives itself. */
export function usePlanName(): string {
  const { result } = useOpenRun();
  return useRunConfig(result.id).data?.plan ?? result.plan;
}
