import { call, segment } from '@/api/client';
import { queries } from '@/api/queries';
import type { Worker } from '@/api/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';

/** What can be done with a worker; the list is asked for again afterwards. */
export function useWorkerActions() {
  const cache = useQueryClient();
  const onSettled = () => cache.invalidateQueries({ queryKey: queries.workers().queryKey });
  const exclude = useMutation({
    mutationFn: (w: Worker) => call(`/workers/${segment(w.id)}/exclude`, { body: { excluded: !w.excluded } }),
    onSettled,
  });
  const dismiss = useMutation({ mutationFn: (w: Worker) => call(`/workers/${segment(w.id)}`, { method: 'DELETE' }), onSettled });
  const drain = useMutation({ mutationFn: (w: Worker) => call(`/workers/${segment(w.id)}/drain`, { method: 'POST' }), onSettled });
  return { exclude: exclude.mutate, dismiss: dismiss.mutate, drain: drain.mutate, error: exclude.error ?? dismiss.error ?? drain.error };
}

/** Starts a worker on the master's own machine. */
export function useStartHere() {
  const cache = useQueryClient();
  return useMutation({
    mutationFn: () => call('/workers', { method: 'POST' }),
    onSettled: () => cache.invalidateQueries({ queryKey: queries.workers().queryKey }),
  });
}
