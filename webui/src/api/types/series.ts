// A run by the second: series and ticks.
import type { Reason } from './errors';
import type { RowSummary, ThresholdResult } from './results';
import type { State } from './runs';

/** Names of the columns of a series; counts are per second, latencies in ms. */
export const COLUMNS = [
  'users', 'target', 'rps', 'failures', 'p50', 'p95', 'p99', 'p999', 'mean', 'max',
  'bytes_in', 'bytes_out', 'cpu', 'none', 's1xx', 's2xx', 's3xx', 's4xx', 's5xx', 'rps_max',
  'iterations', 'late', 'dropped', 'due', 'ok_p50', 'ok_p95', 'ok_p99', 'ok_p999',
] as const;

export type Column = (typeof COLUMNS)[number];

export const WORKER_COLUMNS = ['users', 'rps', 'cpu', 'memory', 'lag'] as const;

export type WorkerColumn = (typeof WORKER_COLUMNS)[number];

export interface Series {
  step: number;
  from: number;
  n: number;
  cols: Record<Column, (number | null)[]>;
  /** Per entry: row, count, row, count … of the heat map. */
  heat: number[][];
  /** The same of requests that failed, by the index of entries that have some. */
  heat_failed?: Record<string, number[]>;
  workers: Record<string, Record<WorkerColumn, (number | null)[]>>;
  /** In ms of run time. */
  gaps: { from: number; to: number }[];
}

export interface SecondPoint {
  t: number;
  again: boolean;
  cols: Record<Column, number | null>;
  heat: number[];
  /** Of heat: requests that failed, if any did. */
  heat_failed?: number[];
  workers: Record<string, Record<WorkerColumn, number>>;
}

/** Requests per second of all rows in the last two minutes, by their ids; null: not known. */
export interface RunTrends {
  from: number;
  n: number;
  total: (number | null)[];
  rows: (number | null)[][];
}

export interface RunTick {
  state: State;
  reason: string;
  why?: Reason[];
  degraded: boolean;
  elapsed: number;
  total: number;
  users: number;
  target: number;
  rps: number;
  failing: number;
  requests: number;
  failures: number;
  p50: number;
  p95: number;
  p99: number;
  p999: number;
  workers: number;
  suspect: number;
  lost: number;
  seconds: SecondPoint[];
  rows: RowSummary[];
  thresholds: ThresholdResult[];
  errors: { groups: number; count: number };
  measurement: { verdict: 'valid' | 'suspect' | 'invalid'; reasons: string[]; why?: Reason[] };
}
