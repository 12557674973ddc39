import { call, segment } from '@/api/client';

// What the page asks the master to do with a run.

export function stopRun(run: string, now: boolean): Promise<unknown> {
  return call(`/runs/${segment(run)}/stop`, { body: { now } });
}

/** Ends a run at once; it is deleted as soon as it has ended. */
export function discardRun(run: string): Promise<unknown> {
  return call(`/runs/${segment(run)}/stop`, { body: { discard: true } });
}

export function restoreRun(run: string): Promise<unknown> {
  return call(`/runs/${segment(run)}/restore`, { method: 'POST' });
}

export function addNote(run: string, text: string): Promise<unknown> {
  return call(`/runs/${segment(run)}/notes`, { body: { text } });
}

export function markSteady(run: string): Promise<unknown> {
  return call(`/runs/${segment(run)}/mark`, { body: {} });
}
