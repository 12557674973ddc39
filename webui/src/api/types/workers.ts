// Workers, and how to add them.
import type { Reason } from './errors';

export type WorkerState = 'connecting' | 'ready' | 'busy' | 'draining' | 'lost' | 'incompatible' | string;

export interface Worker {
  id: string;
  host: string;
  address: string;
  labels: Record<string, string>;
  version: string;
  protocol: number;
  os: string;
  cpus: number;
  started: string;
  state: WorkerState;
  /** Of this master, that has it. */
  run: string;
  /** A run that has it and that this master does not conduct. */
  held?: WorkerHolder;
  error: string;
  /** error, for other languages. */
  why?: Reason;
  users: number;
  rps: number;
  cpu: number;
  memory: number;
  lag: number;
  /** How long ago it was heard of, in ms. */
  beat: number;
  clock_offset: number;
  excluded: boolean;
  cpu_trend: number[];
  last_seen?: string;
}

export interface WorkerHolder {
  run: string;
  owner: string;
  /** How long its master has not been heard of, in ms. */
  silent: number;
  /** When the worker is expected to be free if that stays away. */
  until?: string;
}

/** How a worker did in the last minutes: a value every step ms, the newest of `at`. */
export interface WorkerTrend {
  step: number;
  at: string;
  cpu: number[];
  users: number[];
  rps: number[];
  lag: number[];
  memory: number[];
}

/** How a worker's process was set up, and what it has to do. */
export interface WorkerProcess {
  flags: { name: string; value: string; given: boolean }[];
  version: string;
  go: string;
  os: string;
  process: number;
  cores: number;
  threads: number;
  memory: number;
  open_files: number;
  started: string;
  clock_offset: number;
  draining: boolean;
  runs: WorkerRun[];
}

/** A run on a worker, of whichever master; times in ms. */
export interface WorkerRun {
  run: string;
  owner: string;
  began: string;
  /** Only its last reports wait for their master. */
  ended: boolean;
  silent: number;
  free_in: number;
}

export interface WorkerLine {
  number: number;
  at: string;
  level: string;
  message: string;
}

export interface WorkerLogs {
  lines: WorkerLine[];
  /** Number of the newest line that there is. */
  last: number;
}

/** Whether the registry of workers can be reached. */
export interface RegistryState {
  ok: boolean;
  error?: string;
}

export interface Download {
  os: string;
  arch: string;
  file: string;
  size: number;
  url: string;
  /** Empty: not known. */
  version: string;
  /** 0: not known. */
  protocol: number;
  /** How it goes with the master; one that is incompatible cannot be had. */
  fit: 'same' | 'other' | 'incompatible' | 'unknown';
}

export interface Join {
  etcd: string[];
  token_needed: boolean;
  /** Only workers on the master's own machine reach it there. */
  local?: boolean;
  command: string;
  /** A worker can be started on the master's own machine. */
  here?: boolean;
}
