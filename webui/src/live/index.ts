import type { RunLine, Worker } from '@/api/types';
import type { Connection, RunSnapshot, RunStore } from './types';

export * from './types';

// The owner of src/live replaces these bodies; names and types stay.

export function useConnection(): Connection {
  return { state: 'connecting', lastAt: null, tries: 0, nextTry: null, latency: null, version: '', newBuild: false, clockOffset: 0 };
}

export function retryNow(): void {}

/** Runs under way, the newest first; undefined until the master has said. */
export function useRuns(): RunLine[] | undefined {
  return undefined;
}

/** The fleet, and when (master's time, ms) it was so; undefined until the master has said. */
export function useWorkers(): { workers: Worker[]; at: number } | undefined {
  return undefined;
}

/** The store of a run, shared by all who use the same id, kept while anybody does. */
export function useRun(_id: string): RunStore {
  throw new Error('not there yet');
}

/** The snapshot of a store; renders again with each change of it. */
export function useRunSnapshot(store: RunStore): RunSnapshot {
  return store.snapshot();
}
