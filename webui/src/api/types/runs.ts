// Runs: lists of them, the strip, events, logs and what they were started with.
import type { Reason } from './errors';
import type { StartOrder } from './start';

export type State =
  | 'queued' | 'preparing' | 'setup' | 'running' | 'stopping'
  | 'completed' | 'stopped' | 'aborted' | 'failed';

export type Verdict = '' | 'passed' | 'failed';

export interface RunInfo {
  number: number;
  id: string;
  plan: string;
  revision: string;
  name: string;
  note: string;
  owner: string;
  environment: string;
  tags: Record<string, string>;
  state: State;
  reason: string;
  degraded: boolean;
  result: Verdict;
  measurement: string;
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  workers: number;
  peak_users: number;
  requests: number;
  failures: number;
  rps: number;
  p50: number;
  p95: number;
  p99: number;
  trend: number[];
}

/** A run under way, in the strip that every page shows. */
export interface RunLine {
  id: string;
  number: number;
  plan: string;
  name: string;
  state: State;
  degraded: boolean;
  elapsed: number;
  total: number;
  users: number;
  target: number;
  rps: number;
  failing_share: number;
  p95: number;
  workers: number;
  lost: number;
  started_at: string | null;
}

export type EventKind =
  | 'state' | 'load' | 'stage' | 'worker_suspect' | 'worker_lost' | 'worker_returned'
  | 'threshold_crossed' | 'threshold_recovered' | 'note' | 'steady';

export interface RunEvent {
  seq: number;
  at: string;
  /** Run time in seconds. */
  second: number;
  kind: EventKind;
  worker?: string;
  name?: string;
  from: number;
  to: number;
  text?: string;
  /** text, for other languages. */
  why?: Reason;
  by?: string;
}

export interface LogLine {
  seq: number;
  at: string;
  level: 'info' | 'warn' | 'error' | string;
  worker: string;
  message: string;
  place?: string;
}

export interface RunConfig {
  plan: string;
  revision: string;
  plan_text: string;
  plan_json: unknown;
  scripts: { name: string; text: string }[];
  order: StartOrder | null;
  version: string;
  created_at: string;
  owner: string;
  environment: string;
}
