// Workers, and how to add them.

export type WorkerState = 'connecting' | 'ready' | 'busy' | 'held' | 'lost' | 'incompatible' | string;

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
  run: string;
  error: string;
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

export interface Download {
  os: string;
  arch: string;
  file: string;
  size: number;
  url: string;
}

export interface Join {
  etcd: string[];
  token_needed: boolean;
  /** Only workers on the master's own machine reach it there. */
  local?: boolean;
  command: string;
}
