import type { RunEvent, RunResult, RunTick, State } from '@/api/types';
import type { RunSnapshot } from '@/live';
import { reasonsText } from '@/widgets/reason';

export type Phase = 'starting' | 'ramping' | 'running' | 'degraded' | 'stopping' | 'passed' | 'failed' | 'stopped' | 'aborted' | 'completed';

const ENDED: State[] = ['completed', 'stopped', 'aborted', 'failed'];

export function hasEnded(state: State): boolean {
  return ENDED.includes(state);
}

/** A run without its threads: what the badge says of it. */
export interface Standing {
  state: State;
  phase: Phase;
  /** In words. */
  reason: string;
  degraded: boolean;
  users: number;
  target: number;
  lost: number;
}

/** How a run stands, by its last tick or, without one, its result. */
export function standing(result: RunResult, tick: RunTick | null): Standing {
  const ended = hasEnded(result.state);
  const now = tick && !ended ? tick : null;
  const base = {
    state: now?.state ?? result.state,
    reason: reasonsText((now ?? result).why, (now ?? result).reason),
    degraded: (now ?? result).degraded,
    users: now?.users ?? 0,
    target: now?.target ?? 0,
    lost: now?.lost ?? result.workers.filter((w) => w.lost).length,
  };
  return { ...base, phase: phaseOf(base, result) };
}

function phaseOf(s: Omit<Standing, 'phase'>, result: RunResult): Phase {
  switch (s.state) {
    case 'queued':
    case 'preparing':
    case 'setup':
      return 'starting';
    case 'stopping':
      return 'stopping';
    case 'running':
      if (s.degraded || s.lost > 0) return 'degraded';
      return s.users < s.target ? 'ramping' : 'running';
    case 'completed':
      if (result.result === 'passed') return 'passed';
      return result.result === 'failed' ? 'failed' : 'completed';
    case 'stopped':
      return 'stopped';
    case 'aborted':
      return 'aborted';
    case 'failed':
      return 'failed';
  }
}

/** Elapsed and whole time of a run, in seconds; a total of 0 has no end. */
export function progress(result: RunResult, tick: RunTick | null): { elapsed: number; total: number } {
  if (tick) return { elapsed: tick.elapsed / 1000, total: tick.total / 1000 };
  if (!result.started_at) return { elapsed: 0, total: 0 };
  const end = result.ended_at ? Date.parse(result.ended_at) : Date.parse(result.started_at);
  const elapsed = Math.max(0, (end - Date.parse(result.started_at)) / 1000);
  return { elapsed, total: result.ended_at ? elapsed : 0 };
}

/** How the workers were lost that have not come back, in order. */
export function lostWorkers(events: readonly RunEvent[]): RunEvent[] {
  const lost = new Map<string, RunEvent>();
  for (const e of events) {
    if (!e.worker || (e.kind !== 'worker_lost' && e.kind !== 'worker_returned')) continue;
    lost.delete(e.worker);
    if (e.kind === 'worker_lost') lost.set(e.worker, e);
  }
  return [...lost.values()];
}

/** The newest silences that are not over: of workers that were neither lost nor came back since. */
export function silentWorkers(events: readonly RunEvent[], count: number): RunEvent[] {
  const silent = new Map<string, RunEvent>();
  for (const e of events) {
    if (!e.worker || (e.kind !== 'worker_suspect' && e.kind !== 'worker_lost' && e.kind !== 'worker_returned')) continue;
    silent.delete(e.worker);
    if (e.kind === 'worker_suspect') silent.set(e.worker, e);
  }
  return count > 0 ? [...silent.values()].slice(-count) : [];
}

/**
 * The end of the newest second while a worker is silent, in ms of the master's clock: no
 * further one is known before that worker has told its part, or is given up. null: none is silent.
 */
export function heldSince({ started_at }: Pick<RunResult, 'started_at'>, { tick, lastSecond }: Pick<RunSnapshot, 'tick' | 'lastSecond'>): number | null {
  if (!tick || tick.suspect === 0 || hasEnded(tick.state) || !started_at) return null;
  return Date.parse(started_at) + (lastSecond + 1) * 1000;
}
