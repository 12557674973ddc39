import { useQuery } from '@tanstack/react-query';
import { queries } from '@/api/queries';
import { useWorkers } from '@/live';

/** Names of the environments of the workspace. */
export function useEnvironmentNames(): string[] {
  return (useQuery(queries.environments()).data ?? []).map((environment) => environment.name);
}

/** Ids of workers that can be asked to send; a busy one can do it too. */
export function useReachableWorkers(): string[] {
  const live = useWorkers()?.workers;
  const { data } = useQuery({ ...queries.workers(), enabled: live === undefined });
  return (live ?? data ?? []).filter((w) => w.state === 'ready' || w.state === 'busy').map((w) => w.id);
}
