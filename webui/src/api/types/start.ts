// Starting a run, and what POST /preflight says of it.
import type { Problem, Reason } from './errors';

/** The body of POST /runs and POST /preflight; see docs/api.md. */
export interface StartOrder {
  plan?: string;
  inline?: string;
  file?: string;
  environment?: string;
  overrides?: Overrides;
  env?: Record<string, string>;
  secrets?: Record<string, string>;
  name?: string;
  note?: string;
  owner?: string;
  workers?: { count?: number; labels?: Record<string, string>; ids?: string[] };
}

export interface Overrides {
  scenario?: string;
  scale?: number;
  base_url?: string;
  variables?: Record<string, string>;
  users?: number;
  spawn_rate?: number;
  rate?: number;
  max_users?: number;
  duration?: string;
  graceful_stop?: string;
  seed?: number;
  tags?: Record<string, string>;
}

export interface Preflight {
  ok: boolean;
  problems: Problem[];
  missing_env: string[];
  missing_secrets: string[];
  missing_files: { path: string; size: number; sha256: string }[];
  files: number;
  bytes: number;
  data: { name: string; file: string; rows: number }[];
  load: {
    scenario: string;
    model: 'users' | 'arrivals';
    start_at: number;
    length: number;
    peak_users: number;
    peak_rate: number;
  }[];
  length: number;
  workers: { id: string; missing_files?: number; missing_bytes?: number; error?: string }[];
  waits: string;
  /** waits, for other languages. */
  why?: Reason[];
}
