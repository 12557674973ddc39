// What the master's API says, as docs/api.md describes it. Times of runs are in
// milliseconds unless a name says otherwise, shares are 0–1.

/** One thing that is wrong with a plan, an environment or a script, as the master says it. */
export interface Problem {
  file: string;
  /** From 1; 0: no place. */
  line: number;
  /** From 1, in characters. */
  col: number;
  /** In the plan: transactions[0].steps[2].request.url */
  path: string;
  message: string;
  hint: string;
  /** The line of the text, or the part of it around col. */
  source: string;
  /** It does not keep the plan from running. */
  warning: boolean;
}

export interface ErrorBody {
  code: string;
  message: string;
  hint?: string;
  problems?: Problem[];
}

export interface Session {
  auth: boolean;
  logged_in: boolean;
  version: string;
  protocol: number;
  build: string;
  server_time: number;
}

export interface PlanInfo {
  name: string;
  revision: string;
  modified: string;
  size: number;
  description: string;
  transactions: string[];
  problems: Problem[];
}

export interface StoredText {
  name: string;
  revision: string;
  text: string;
  problems: Problem[];
}

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

export interface RowSummary {
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
  mean: number;
  p50: number;
  p90: number;
  p95: number;
  p99: number;
  p999: number;
  max: number;
}

export interface ThresholdResult {
  rule: string;
  value: number;
  samples: number;
  passed: boolean;
  default: boolean;
  message?: string;
}

export interface HeaderLine {
  name: string;
  value: string;
}

export interface SampleRequest {
  method: string;
  url: string;
  headers: HeaderLine[];
  body?: string;
  body_base64?: string;
  body_size: number;
}

export interface SampleResponse {
  status: number;
  headers: HeaderLine[];
  body?: string;
  body_base64?: string;
  body_size: number;
  truncated?: boolean;
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
  samples: Sample[];
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
  created_at: string;
  started_at: string | null;
  ended_at: string | null;
  result: Verdict;
  measurement: { verdict: 'valid' | 'suspect' | 'invalid'; reasons: string[] };
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

/** Names of the columns of a series; counts are per second, latencies in ms. */
export const COLUMNS = [
  'users', 'target', 'rps', 'failures', 'p50', 'p95', 'p99', 'p999', 'mean', 'max',
  'bytes_in', 'bytes_out', 'cpu', 'none', 's1xx', 's2xx', 's3xx', 's4xx', 's5xx', 'rps_max',
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
  workers: Record<string, Record<WorkerColumn, (number | null)[]>>;
  /** In ms of run time. */
  gaps: { from: number; to: number }[];
}

export interface SecondPoint {
  t: number;
  again: boolean;
  cols: Record<Column, number | null>;
  heat: number[];
  workers: Record<string, Record<WorkerColumn, number>>;
}

export interface RunTick {
  state: State;
  reason: string;
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
  measurement: { verdict: 'valid' | 'suspect' | 'invalid'; reasons: string[] };
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

export interface ScriptInfo {
  path: string;
  source: 'workspace' | 'shipped';
  size: number;
  revision: string;
  modified?: string;
  problems: number;
  /** A shipped one: the workspace has a library of that name, which scripts get instead. */
  replaced?: boolean;
}

export interface StoredScript extends StoredText {
  source: 'workspace' | 'shipped';
}

export interface ScriptTest {
  ok: boolean;
  tests: { name: string; ok: boolean; message: string; place: string }[];
  output: string;
}

export interface LuaFunction {
  name: string;
  signature: string;
  doc: string;
  kind: 'function' | 'method' | 'value' | 'hook' | 'library';
  params?: string[];
}

export interface LuaApi {
  functions: LuaFunction[];
  hooks: LuaFunction[];
  /** What tests of libraries find beside the functions. */
  tests?: LuaFunction[];
  libraries: { name: string; source: 'workspace' | 'shipped' | 'host'; functions: LuaFunction[] }[];
}

export interface DataFile {
  path: string;
  size: number;
  modified: string;
}

export interface DataPreview {
  columns: string[];
  rows: string[][];
  total: number;
  /** The file goes on behind what was read, and total does not count that. */
  more?: boolean;
  problem?: string;
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
}

export interface SendOrder extends StartOrder {
  transaction?: string;
  all?: boolean;
  worker?: string;
}

export interface Attempt {
  request: SampleRequest;
  response: SampleResponse | null;
  bytes_in: number;
  bytes_out: number;
  timing: { dns: number; connect: number; tls: number; first_byte: number; total: number };
  sent: boolean;
  unsent?: string;
  class?: string;
  message?: string;
}

export interface SentStep {
  transaction: string;
  step: string;
  ok: boolean;
  class?: string;
  message?: string;
  latency: number;
  place?: string;
  /** A line per call, the innermost first. */
  stack?: string;
  by?: string;
  skipped?: string;
  attempts: Attempt[];
  extracts: { name: string; found: boolean; value?: string }[];
  checks: { rule: string; ok: boolean; warn?: boolean; actual?: string; place?: string }[];
  changed: Record<string, string>;
}

/** The answer of POST /send. */
export interface Exchange {
  ok: boolean;
  duration: number;
  worker?: string;
  steps: SentStep[];
  before: Record<string, string>;
  vars: Record<string, string>;
  log: { at: string; level: string; message: string; place?: string }[];
}
