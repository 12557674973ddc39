import type { RowSummary, RunResult, RunTick } from '@/api/types';
import { extent, heatQuantile, HEAT_ROWS } from '@/charts';
import { secondsOf, type SeriesView } from '@/live/types';

/** The figures of a run that the tiles show: of now, of a range, or of the whole run. */
export interface Figures {
  of: 'now' | 'range' | 'run';
  users: number;
  target: number;
  rps: number;
  failing: number;
  share: number;
  p50: number;
  p95: number;
  p99: number;
  p999: number;
  /** The percentiles are read off the heat map, which is coarse. */
  about: boolean;
}

export function figuresNow(tick: RunTick): Figures {
  const { users, target, rps, failing, p50, p95, p99, p999 } = tick;
  return { of: 'now', users, target, rps, failing, share: rps > 0 ? failing / rps : 0, p50, p95, p99, p999, about: false };
}

export function figuresOfRun(result: RunResult): Figures {
  const { requests, failures, rps, latency } = result.total;
  const users = result.load.reduce((sum, l) => sum + l.peak_users, 0);
  const share = requests > 0 ? failures / requests : 0;
  return { of: 'run', users, target: users, rps, failing: rps * share, share, p50: latency.p50, p95: latency.p95, p99: latency.p99, p999: latency.p999, about: false };
}

/** What a column of rates counts up to, and in how many seconds. */
function sum(view: SeriesView, column: 'rps' | 'failures'): { sum: number; known: number } {
  let total = 0;
  let known = 0;
  view.cols[column].forEach((v, i) => {
    if (Number.isNaN(v)) return;
    total += v * secondsOf(view, i);
    known += secondsOf(view, i);
  });
  return { sum: total, known };
}

/** Figures of a range. Percentiles of seconds cannot be joined: they are the master's, or of the heat map until it has answered. */
export function figuresOfRange(view: SeriesView, exact: RowSummary | undefined): Figures {
  const rps = sum(view, 'rps');
  const failures = sum(view, 'failures');
  const users = extent(view.t, view.cols.users);
  const target = extent(view.t, view.cols.target);
  const counts = new Float64Array(HEAT_ROWS);
  if (!exact) for (let i = 0; i < view.heat.length; i++) counts[i % HEAT_ROWS] = (counts[i % HEAT_ROWS] as number) + (view.heat[i] as number);
  const percentile = (name: 'p50' | 'p95' | 'p99' | 'p999', share: number) => (exact ? exact[name] : heatQuantile(counts, share));
  return {
    of: 'range',
    users: users?.max ?? Number.NaN,
    target: target?.max ?? Number.NaN,
    rps: rps.known > 0 ? rps.sum / rps.known : Number.NaN,
    failing: failures.known > 0 ? failures.sum / failures.known : Number.NaN,
    share: rps.sum > 0 ? failures.sum / rps.sum : rps.known > 0 ? 0 : Number.NaN,
    p50: percentile('p50', 0.5),
    p95: percentile('p95', 0.95),
    p99: percentile('p99', 0.99),
    p999: percentile('p999', 0.999),
    about: !exact,
  };
}
