import type { Column, LogLine, RunEvent, RunTick, WorkerColumn } from '@/api/types';

export type ConnectionState = 'connecting' | 'live' | 'stale' | 'reconnecting' | 'offline';

/** How the page is connected with the master, in times of this browser's clock. */
export interface Connection {
  state: ConnectionState;
  /** When the last message came; null before the first. */
  lastAt: number | null;
  tries: number;
  /** When the next try to connect begins; null while none is planned. */
  nextTry: number | null;
  /** Of a ping, in ms. */
  latency: number | null;
  version: string;
  /** The master was replaced by another build since the page was loaded. */
  newBuild: boolean;
  /** Master's clock minus ours, in ms. */
  clockOffset: number;
}

/**
 * A run over time as charts read it: arrays of equal length, NaN where nothing is known.
 * They are views of the store's own memory: read them while drawing, never keep or change
 * them.
 */
export interface SeriesView {
  /** Seconds of the longest entries. */
  step: number;
  /** So many entries, the first ones, last step seconds; the others, the newest of a long run under way, one. */
  joined: number;
  /** Run time of each entry, in seconds. */
  t: Float64Array;
  cols: Record<Column, Float64Array>;
  /** Counts of the heat map: HEAT_ROWS per entry. */
  heat: Uint32Array;
  /** Of heat: requests that failed; null: none did. */
  failed: Uint32Array | null;
  workers: Map<string, Record<WorkerColumn, Float64Array>>;
  gaps: { from: number; to: number }[];
}

/** How many seconds an entry lasts. */
export function secondsOf(view: Pick<SeriesView, 'step' | 'joined'>, entry: number): number {
  return entry < view.joined ? view.step : 1;
}

export const HEAT_ROWS = 60;

export const TREND = 120;

/** What changes with each tick, as one immutable value. */
export interface RunSnapshot {
  /** Rises with every change of the store. */
  version: number;
  tick: RunTick | null;
  seq: number;
  /** Master's time of the tick, in ms. */
  at: number | null;
  /** How the backlog is: until it is loaded nothing before the first tick is known. */
  backlog: 'loading' | 'loaded' | 'failed';
  error: Error | null;
  /** Run time of the last second that is known; -1: none. */
  lastSecond: number;
  /** Seconds that are missing until they have been fetched again. */
  missing: { from: number; to: number }[];
  events: readonly RunEvent[];
  logs: readonly LogLine[];
}

/** One run, live or stored. Made by useRun only. */
export interface RunStore {
  readonly id: string;
  /** Called after every change; returns how to end that. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly snapshot: () => RunSnapshot;
  /** The series between two run times, in seconds; to 0 or missing: to the end. */
  view(from?: number, to?: number): SeriesView;
  /** Requests per second of a row (by its id) in the last TREND seconds of a run under way. */
  trend(row: number): readonly number[];
  /** Load the backlog again after it has failed. */
  retry(): void;
}
