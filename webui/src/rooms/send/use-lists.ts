import { useQuery } from '@tanstack/react-query';
import { call } from '@/api/client';
import type { EnvironmentInfo, Worker } from '@/api/types';
import { useWorkers } from '@/live';

/** Names of the environments of the workspace. */
export function useEnvironments(): string[] {
  const { data } = useQuery({ queryKey: ['environments'], queryFn: ({ signal }) => call<EnvironmentInfo[]>('/environments', { signal }) });
  return (data ?? []).map((environment) => environment.name);
}

/** Workers that can be asked to send; a busy one can do it too. */
export function useReachableWorkers(): string[] {
  const live = useWorkers()?.workers;
  const { data } = useQuery({ queryKey: ['workers'], queryFn: ({ signal }) => call<Worker[]>('/workers', { signal }), enabled: live === undefined });
  return (live ?? data ?? []).filter((w) => w.state !== 'lost' && w.state !== 'incompatible' && w.state !== 'connecting').map((w) => w.id);
}
