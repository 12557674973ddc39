import { parseDuration } from '@/plan/duration';
import type { RunEvent } from '@/api/types';

/** What the master takes where a load says nothing, in seconds. */
const USUAL = 30;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How long users may finish at the end of a run, in seconds: the longest of its scenarios; null: the plan does not say what its loads are. */
export function graceOf(plan: unknown): number | null {
  if (!isObject(plan)) return null;
  const scenarios = Array.isArray(plan.scenarios) ? plan.scenarios.filter(isObject) : [];
  const loads = (scenarios.length > 0 ? scenarios.map((s) => s.load ?? plan.load) : [plan.load]).filter(isObject);
  if (loads.length === 0) return null;
  return Math.max(...loads.map((load) => (typeof load.graceful_stop === 'string' ? (parseDuration(load.graceful_stop) ?? USUAL * 1000) / 1000 : USUAL)));
}

/** Since when, in seconds of run time, a run is stopping; null: it is not known. */
export function stoppingSince(events: readonly RunEvent[]): number | null {
  return events.findLast((e) => e.kind === 'state' && e.name === 'stopping')?.second ?? null;
}
