// What came of a run.
import type { Reason } from './errors';
import type { SampleRequest, SampleResponse } from './exchanges';
import type { State, Verdict } from './runs';

export interface Latency {
  min: number;
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
}

/** total: all steps of transactions together, in the rows of a range. */
export type RowKind = 'step' | 'transaction' | 'group' | 'lifecycle' | 'total';

export interface RowSummary extends Omit<Latency, 'min'> {
  id: number;
  kind: RowKind;
  scenario: string;
  transaction: string;
  step: string;
  requests: number;
  failures: number;
  interrupted: number;
  warnings: number;
  rps: number;
  fail_rps: number;
  bytes_in: number;
  bytes_out: number;
  status: Record<string, number>;
}

export interface ThresholdResult {
  rule: string;
  value: number;
  samples: number;
  passed: boolean;
  default: boolean;
  message?: string;
  /** message, for other languages. */
  why?: Reason;
}

export interface Sample {
  at: number;
  user: number;
  worker: string;
  status: number;
  message: string;
  place?: string;
  stack?: string;
  iteration: number;
  request: SampleRequest | null;
  response: SampleResponse | null;
  vars?: Record<string, string>;
  curl?: string;
}

export interface ErrorGroup {
  scenario: string;
  transaction: string;
  step: string;
  class: string;
  rule: string;
  message: string;
  count: number;
  /** Run times, in ms. */
  first_seen: number;
  last_seen: number;
  /** Those that had it, as they were first heard of. */
  workers: string[];
  samples: Sample[];
}

/** A group without its samples, and its failures per second of the last two minutes. */
export interface ErrorTrend extends ErrorGroup {
  trend: number[];
}

export interface WorkerResult {
  id: string;
  host: string;
  requests: number;
  cpu_max: number;
  memory_max: number;
  users: number;
  lost: boolean;
  reason?: string;
  /** reason, for other languages. */
  why?: Reason;
}

export interface LoadResult {
  scenario: string;
  model: 'users' | 'arrivals';
  peak_users: number;
  started: number;
  late: number;
  dropped: number;
  waiting: number;
}

/** The stable JSON of a run's result; only what the page reads of it. */
export interface RunResult {
  schema: number;
  id: string;
  number: number;
  live: boolean;
  plan: string;
  revision: string;
  name: string;
  note?: string;
  owner?: string;
  tags: Record<string, string>;
  environment: string;
  state: State;
  degraded: boolean;
  reason: string;
  /** reason, for other languages; results of older masters have none, here and below. */
  why?: Reason[];
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  result: Verdict;
  measurement: { verdict: 'valid' | 'suspect' | 'invalid'; reasons: string[]; why?: Reason[] };
  measured: { from: number; to: number };
  workers: WorkerResult[];
  load: LoadResult[];
  attempts: number;
  redirects: number;
  sent: number;
  skipped: number;
  reconnects: number;
  total: {
    requests: number;
    failures: number;
    interrupted: number;
    rps: number;
    bytes_in: number;
    bytes_out: number;
    latency: Latency;
    latency_ok: Latency;
    latency_scheduled: Latency | null;
  };
  transactions: {
    scenario: string;
    name: string;
    count: number;
    failures: number;
    rps: number;
    latency: Latency;
    latency_ok: Latency;
  }[];
  steps: {
    scenario: string;
    transaction: string;
    name: string;
    requests: number;
    failures: number;
    rps: number;
    latency: Latency;
    latency_ok: Latency;
    status: Record<string, number>;
  }[];
  metrics: { name: string; count: number; min: number; mean: number; p50: number; p95: number; max: number }[];
  errors: ErrorGroup[];
  thresholds: ThresholdResult[];
}
