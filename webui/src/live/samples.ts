// Runs as the master would tell of them, for tests.
import { COLUMNS, WORKER_COLUMNS, type Column, type RunTick, type SecondPoint, type Series } from '@/api/types';

/** A second t whose rps is t + 1, unless another value is given. */
export function second(t: number, rps = t + 1, again = false): SecondPoint {
  const cols = Object.fromEntries(COLUMNS.map((c) => [c, 0])) as SecondPoint['cols'];
  return { t, again, cols: { ...cols, rps, rps_max: rps, users: t, p95: t * 2, mean: 10 }, heat: [3, 2, 59, 1], workers: { 'w-1': { users: t, rps, cpu: 0.5, memory: 1, lag: 2 } } };
}

export function tick(seconds: SecondPoint[], more: Partial<RunTick> = {}): RunTick {
  return {
    state: 'running', reason: '', degraded: false, elapsed: 0, total: 0, users: 1, target: 1, rps: 1, failing: 0, requests: 1, failures: 0,
    p50: 1, p95: 1, p99: 1, p999: 1, workers: 1, suspect: 0, lost: 0, seconds, rows: [], thresholds: [],
    errors: { groups: 0, count: 0 }, measurement: { verdict: 'valid', reasons: [] }, ...more,
  };
}

/** A stored series whose rps at t is t + 1; undefined values are gaps. */
export function series(from: number, n: number, step = 1, rps: (t: number) => number | null = (t) => t + 1): Series {
  const times = Array.from({ length: n }, (_, i) => from + i * step);
  const cols = Object.fromEntries(COLUMNS.map((c) => [c, times.map((t) => (rps(t) === null ? null : c === 'rps' ? rps(t) : c === 'mean' ? 10 : 0))])) as Record<Column, (number | null)[]>;
  const worker = Object.fromEntries(WORKER_COLUMNS.map((c) => [c, times.map(() => 1)])) as Series['workers'][string];
  return { step, from, n, cols, heat: times.map(() => [3, 2 * step]), workers: { 'w-1': worker }, gaps: [] };
}
