import { call, segment } from '@/api/client';
import { queries } from '@/api/queries';
import type { Worker } from '@/api/types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

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

/** A worker that was started has registered by then, in ms, or has ended; the master's log says why. */
const REGISTERS = 15_000;

/** Starts a worker on the master's own machine. waiting: until it is there, but not for ever. */
export function useStartHere() {
  const cache = useQueryClient();
  const { mutate, reset, isPending, isSuccess, error } = useMutation({
    mutationFn: () => call('/workers', { method: 'POST' }),
    onSettled: () => cache.invalidateQueries({ queryKey: queries.workers().queryKey }),
  });
  useEffect(() => {
    if (!isSuccess) return undefined;
    const timer = setTimeout(reset, REGISTERS);
    return () => clearTimeout(timer);
  }, [isSuccess, reset]);
  return { start: () => mutate(), waiting: isPending || isSuccess, error };
}
