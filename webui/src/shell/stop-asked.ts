import { useSyncExternalStore } from 'react';

// The palette asks for a stop; the strip, which is on the same page, asks back.
let asked = { run: '', count: 0 };
const watchers = new Set<() => void>();

/** Opens the question whether a run is to be stopped. */
export function askToStop(run: string): void {
  asked = { run, count: asked.count + 1 };
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** A number that rises each time somebody asks to stop this run; 0 as long as nobody has. */
export function useStopAsked(run: string): number {
  return useSyncExternalStore(watch, () => (asked.run === run ? asked.count : 0));
}
