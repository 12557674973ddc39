import type { RunsQuery } from '@/api/queries';
import type { RunInfo, RunLine, State } from '@/api/types';
import { isEnded } from '@/widgets';

const PAGE = 50;

/** The states that can be chosen: some of the master's as one. */
export const STATES = {
  active: ['queued', 'preparing', 'setup', 'running', 'stopping'],
  completed: ['completed'],
  stopped: ['stopped'],
  aborted: ['aborted'],
  failed: ['failed'],
} as const satisfies Record<string, readonly State[]>;

export type StateChoice = keyof typeof STATES;

/** What the list shows, as it is in the address. */
export interface Filters {
  q: string;
  plan: string;
  state: StateChoice | '';
  /** Numbers before which pages begin: the last is that of this page. */
  before: number[];
}

export function parseFilters(params: URLSearchParams): Filters {
  const state = params.get('state') ?? '';
  const before = (params.get('before') ?? '').split(',').map(Number).filter((n) => Number.isInteger(n) && n > 0);
  return { q: params.get('q') ?? '', plan: params.get('plan') ?? '', state: Object.hasOwn(STATES, state) ? (state as StateChoice) : '', before };
}

export function writeFilters({ q, plan, state, before }: Filters): Record<string, string> {
  const all = { q, plan, state, before: before.join(',') };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** What the master is asked for. */
export function queryOf({ q, plan, state, before }: Filters): RunsQuery {
  return { q: q || undefined, plan: plan || undefined, state: state ? STATES[state] : undefined, before: before[before.length - 1], limit: PAGE };
}

/** A run of the list, with what is known of it this second. */
export interface RunRow extends RunInfo {
  elapsed: number | null;
  failing: number;
  /** Workers that are not there now; missing: it is not known. */
  lost?: number;
}

function took(run: RunInfo): number | null {
  if (!run.started_at || !run.ended_at) return null;
  return Math.max(0, Date.parse(run.ended_at) - Date.parse(run.started_at));
}

/** Joins the list with what is told live; runs under way come first, then the newest. */
export function rowsOf(runs: readonly RunInfo[], live: readonly RunLine[]): RunRow[] {
  const rows = runs.map((run): RunRow => {
    const line = live.find((l) => l.id === run.id);
    const stored = { ...run, elapsed: took(run), failing: run.requests > 0 ? run.failures / run.requests : 0 };
    if (!line || isEnded(run.state)) return stored;
    return {
      ...stored, state: line.state, degraded: line.degraded || line.lost > 0, lost: line.lost, elapsed: line.elapsed, started_at: line.started_at ?? run.started_at,
      peak_users: Math.max(run.peak_users, line.users), workers: line.workers, rps: line.rps, p95: line.p95, failing: line.failing_share,
    };
  });
  return rows.sort((a, b) => Number(isEnded(a.state)) - Number(isEnded(b.state)) || b.number - a.number);
}
