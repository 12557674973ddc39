import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useSyncExternalStore } from 'react';
import { API, call, segment } from '@/api/client';
import { isEarly, MOST_SECONDS, wholeSeries } from '@/api/early';
import { keyOf } from '@/api/queries';
import type { LogLine, RunEvent, RunLine, RunResult, RunTrends, Series, Worker } from '@/api/types';
import type { Message } from './messages';
import { LiveRun, type RunSources } from './run-store';
import { Socket, type Counters } from './socket';
import type { Connection, RunSnapshot, RunStore } from './types';

export * from './now';
export * from './types';

/** How long a run that nobody looks at is kept, in ms: somebody may come back. */
const KEEP = 15_000;

let client: QueryClient | undefined;
const invalidate = (key: string[]) => void client?.invalidateQueries({ queryKey: key });

const socket = new Socket({
  url: `${location.origin.replace(/^http/, 'ws')}${API}/ws`,
  // Whatever was said in the meantime was not heard.
  returned: () => void client?.invalidateQueries(),
  refused: () => invalidate(['session']),
});

declare global {
  interface Window {
    /** For browser tests: how the page is connected, and what it has heard. */
    __lh: { readonly conn: string } & Readonly<Counters>;
  }
}

window.__lh = {
  get conn() { return socket.connection().state; },
  get lastSeq() { return socket.counters.lastSeq; },
  get droppedSeq() { return socket.counters.droppedSeq; },
  get ticks() { return socket.counters.ticks; },
  get bad() { return socket.counters.bad; },
};

/** Connects the page with the master for as long as the caller wants. */
export function startLive(queryClient: QueryClient): () => void {
  client = queryClient;
  const unlisten = socket.listen('workspace', {
    message: (m) => {
      if (m.type === 'invalidate') for (const key of m.keys) invalidate(keyOf(key));
    },
  });
  socket.open();
  return () => {
    unlisten();
    socket.close();
  };
}

export function useConnection(): Connection {
  return useSyncExternalStore(socket.watch, socket.connection);
}

/** One value of the connection; renders again only when that has changed, not with each message. */
export function useConnectionValue<T extends string | number | boolean | null>(select: (connection: Connection) => T): T {
  return useSyncExternalStore(socket.watch, () => select(socket.connection()));
}

export function retryNow(): void {
  socket.retry();
}

/** The last state of a topic, shared by all who want it. */
class Latest<T> {
  #value: T | undefined;
  #watchers = new Set<() => void>();
  #unlisten: (() => void) | undefined;

  constructor(readonly topic: string, readonly read: (message: Message) => T | undefined) {}

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    this.#unlisten ??= socket.listen(this.topic, { message: this.#hear });
    return () => {
      this.#watchers.delete(watcher);
      if (this.#watchers.size > 0) return;
      this.#unlisten?.();
      this.#unlisten = undefined;
    };
  };

  value = (): T | undefined => this.#value;

  #hear = (message: Message) => {
    const value = this.read(message);
    if (value === undefined) return;
    this.#value = value;
    for (const watcher of this.#watchers) watcher();
  };
}

const runs = new Latest<RunLine[]>('runs', (m) => (m.type === 'state' && m.topic === 'runs' ? [...m.data].sort((a, b) => b.number - a.number) : undefined));
const fleet = new Latest<{ workers: Worker[]; at: number }>('workers', (m) => (m.type === 'state' && m.topic === 'workers' ? { workers: m.data, at: m.at } : undefined));

/** Runs under way and those that have just ended, the newest first; undefined until the master has said. */
export function useRuns(): RunLine[] | undefined {
  return useSyncExternalStore(runs.watch, runs.value);
}

/** The fleet, and when (master's time, ms) it was so; undefined until the master has said. */
export function useWorkers(): { workers: Worker[]; at: number } | undefined {
  return useSyncExternalStore(fleet.watch, fleet.value);
}

/** What is made of the last state of a topic, plain values only; renders again when that is something else, not with each message. */
function useMade<S, T>(latest: Latest<S>, make: (value: S | undefined) => T): T {
  const text = useSyncExternalStore(latest.watch, () => JSON.stringify(make(latest.value())));
  return useMemo(() => JSON.parse(text) as T, [text]);
}

export function useOfRuns<T>(make: (runs: RunLine[]) => T): T {
  return useMade(runs, (value) => make(value ?? []));
}

export function useOfWorkers<T>(make: (workers: Worker[] | null) => T): T {
  return useMade(fleet, (value) => make(value?.workers ?? null));
}

const sources: RunSources = {
  listen: (topic, listener) => socket.listen(topic, listener),
  early: (id) => isEarly(wholeSeries(id)),
  series: (id, query) => {
    const params = new URLSearchParams({ max: String(MOST_SECONDS) });
    for (const [name, value] of Object.entries(query)) params.set(name, String(value));
    return call<Series>(`/runs/${segment(id)}/series?${params}`);
  },
  trends: (id) => call<RunTrends>(`/runs/${segment(id)}/trends`),
  events: (id, after) => call<RunEvent[]>(`/runs/${segment(id)}/events?after=${after}`),
  logs: (id, after, limit) => call<LogLine[]>(`/runs/${segment(id)}/logs?after=${after}&limit=${limit}`),
  find: (id) => call<RunResult>(`/runs/${segment(id)}`),
  ended: () => invalidate(['runs']),
};

interface Held {
  run: LiveRun;
  users: number;
  timer: ReturnType<typeof setTimeout> | undefined;
}

const held = new Map<string, Held>();

function hold(id: string): Held {
  let entry = held.get(id);
  if (!entry) held.set(id, (entry = { run: new LiveRun(id, sources), users: 0, timer: undefined }));
  return entry;
}

function release(id: string, entry: Held): void {
  if (--entry.users > 0) return;
  entry.timer = setTimeout(() => {
    entry.run.close();
    held.delete(id);
  }, KEEP);
}

/** The store of a run (by its id or its number), shared by all who use the same, kept while anybody does. */
export function useRun(id: string): RunStore {
  const entry = hold(id);
  useEffect(() => {
    entry.users++;
    clearTimeout(entry.timer);
    entry.run.open();
    return () => release(id, entry);
  }, [id, entry]);
  return entry.run;
}

/** The snapshot of a store; renders again with each change of it. */
export function useRunSnapshot(store: RunStore): RunSnapshot {
  return useSyncExternalStore(store.subscribe, store.snapshot);
}
