import { type LogLine, type RunEvent, type RunResult, type RunTick, type RunTrends, type Series, type State } from '@/api/types';
import { ApiError } from '@/api/client';
import { SeriesColumns } from './columns';
import { isEvent, isLogLine, isSeries, isTrends, type Message } from './messages';
import type { Listener } from './socket';
import { Trends } from './trends';
import type { RunSnapshot, RunStore, SeriesView } from './types';

/** Bounds of what the page keeps of a run: the last ones. */
export const MAX_EVENTS = 10_000;
export const MAX_LOGS = 10_000;
const LOG_PAGE = 1000;
/** So far before a gap, in seconds, what has been gained later may have changed what was known. */
const LOOK_BACK = 120;
/** Of entries of a long run that were joined here so many seconds are asked of the master at once. */
const EXACT_EVERY = 60;
const RETRY_AFTER = [1_000, 2_000, 5_000, 10_000];

/** Where a run's store gets its news and what is stored. */
export interface RunSources {
  listen(topic: string, listener: Listener): () => void;
  series(id: string, query: { from?: number; to?: number; step?: number }): Promise<Series>;
  /** The whole series was asked for before anybody listened to the run: what was told since is in neither. */
  early(id: string): boolean;
  trends(id: string): Promise<RunTrends>;
  events(id: string, after: number): Promise<RunEvent[]>;
  logs(id: string, after: number, limit: number): Promise<LogLine[]>;
  find(id: string): Promise<RunResult>;
  /** The run has ended: what others keep of it is old. */
  ended(id: string): void;
}

const ENDED: ReadonlySet<State> = new Set<State>(['completed', 'stopped', 'aborted', 'failed']);

/** Joins lists by seq; what is there already stays. */
export function merge<T extends { seq: number }>(old: readonly T[], more: readonly T[], bound: number): readonly T[] {
  const last = old[old.length - 1]?.seq ?? 0;
  if (more.every((m, i) => m.seq > (more[i - 1]?.seq ?? last))) return more.length === 0 ? old : [...old, ...more].slice(-bound);
  const seen = new Set(old.map((o) => o.seq));
  const fresh = more.filter((m) => !seen.has(m.seq) && seen.add(m.seq));
  return fresh.length === 0 ? old : [...old, ...fresh].sort((a, b) => a.seq - b.seq).slice(-bound);
}

function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404;
}

/** One run, from its first second to what is stored of it when it is over. */
export class LiveRun implements RunStore, Listener {
  readonly id: string;
  #sources: RunSources;
  #columns = new SeriesColumns();
  #trends = new Trends();
  #listeners = new Set<() => void>();
  #snapshot: RunSnapshot = { version: 0, tick: null, seq: 0, at: null, backlog: 'loading', error: null, lastSecond: -1, missing: [], events: [], logs: [] };
  #unlisten: (() => void) | null = null;
  #open = false;
  /** The ULID; the id of a page may be the run's number. */
  #ulid = '';
  #seq: number | undefined;
  /** What is to be asked of the master again, in seconds of the run. */
  #wanted: { from: number; to: number } | null = null;
  #asking = false;
  /** Seconds that came since the master was asked: newer than its answer. */
  #since = new Set<number>();
  #fails = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string, sources: RunSources) {
    this.id = id;
    this.#sources = sources;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  snapshot = (): RunSnapshot => this.#snapshot;

  view(from?: number, to?: number): SeriesView {
    return this.#columns.view(from, to);
  }

  trend(row: number): readonly number[] {
    return this.#trends.of(row);
  }

  /** Begins to listen and loads what is stored. */
  open(): void {
    if (this.#open) return;
    this.#open = true;
    void this.#begin();
  }

  close(): void {
    this.#open = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#unlisten?.();
    this.#unlisten = null;
  }

  retry = (): void => {
    if (this.#snapshot.backlog === 'failed') void this.#begin();
  };

  since = (): number | undefined => this.#seq;

  /** After each connect: what is no tick may have been missed. */
  subscribed = (): void => {
    if (this.#snapshot.backlog === 'loaded') void this.#texts();
  };

  message(message: Message): void {
    if (message.type === 'tick') this.#tick(message.data, message.seq, message.at);
    else if (message.type === 'gap') this.#gap(message.to);
    else if (message.type === 'event') this.#become({ events: merge(this.#snapshot.events, [message.data], MAX_EVENTS) });
    else if (message.type === 'log') this.#become({ logs: merge(this.#snapshot.logs, message.data, MAX_LOGS) });
  }

  async #begin(): Promise<void> {
    this.#become({ backlog: 'loading', error: null });
    try {
      this.#ulid ||= /^\d+$/.test(this.id) ? (await this.#sources.find(this.id)).id : this.id;
      if (!this.#open) return;
      this.#unlisten ??= this.#sources.listen(`run:${this.#ulid}`, this);
      this.#since.clear();
      const texts = this.#texts();
      texts.catch(() => undefined); // waited for below
      const early = this.#sources.early(this.#ulid);
      const series = await this.#sources.series(this.#ulid, {});
      if (!this.#open) return;
      this.#load(series);
      if (early) this.#want(Math.max(0, this.#columns.lastSecond - LOOK_BACK), this.#columns.lastSecond + 1);
      this.#become({});
      await texts;
      if (!this.#open) return;
      this.#fails = 0;
      this.#become({ backlog: 'loaded' });
      this.#mend();
    } catch (error) {
      if (this.#open) this.#become({ backlog: 'failed', error: error instanceof Error ? error : new Error(String(error)) });
    }
  }

  #load(series: unknown, asked?: { from: number; to: number }): void {
    if (!isSeries(series)) throw new Error('the series makes no sense');
    this.#columns.load(series, this.#since);
    // Of a long run it can be finer than what is kept: what was joined here the master can do exactly.
    if (!asked && series.step < this.#columns.step) this.#want(series.from, series.from + series.n * series.step);
    this.#columns.cover(asked?.from ?? 0, asked?.to ?? series.from);
    if (asked) this.#columns.settle(); // it has no seconds of that
  }

  /** Events and log lines that are stored beyond those that are known. */
  async #texts(): Promise<void> {
    const last = (list: readonly { seq: number }[]) => list[list.length - 1]?.seq ?? 0;
    // Those that are live may have come already, so the first time all are asked for.
    const loaded = this.#snapshot.backlog === 'loaded';
    const events = await this.#sources.events(this.#ulid, loaded ? last(this.#snapshot.events) : 0);
    this.#become({ events: merge(this.#snapshot.events, events.filter(isEvent), MAX_EVENTS) });
    let after = loaded ? last(this.#snapshot.logs) : 0;
    for (let pages = 0; pages < MAX_LOGS / LOG_PAGE; pages++) {
      const lines = (await this.#sources.logs(this.#ulid, after, LOG_PAGE)).filter(isLogLine);
      this.#become({ logs: merge(this.#snapshot.logs, lines, MAX_LOGS) });
      if (lines.length < LOG_PAGE) return;
      after = last(lines);
    }
  }

  #tick(tick: RunTick, seq: number, at: number): void {
    if (this.#seq !== undefined && seq <= this.#seq) return;
    this.#seq = seq;
    for (const second of tick.seconds) {
      this.#columns.put(second);
      this.#since.add(second.t);
    }
    if (!this.#asking && this.#snapshot.backlog === 'loaded') this.#since.clear();
    if (tick.seconds.length > 0) this.#trends.put(Math.max(...tick.seconds.map((s) => s.t)), tick.rows);
    if (!this.#snapshot.tick && !ENDED.has(tick.state)) void this.#lookBack();
    const before = this.#snapshot.tick?.state;
    this.#become({ tick, seq, at });
    if (ENDED.has(tick.state) && before !== tick.state) this.#end();
    this.#mend();
  }

  /** Ticks were left out; the next one follows on number to. */
  #gap(to: number): void {
    this.#seq = to;
    this.#want(Math.max(0, this.#columns.lastSecond - LOOK_BACK), this.#columns.lastSecond + 1);
    void this.#texts().catch(this.#failed);
    void this.#lookBack();
    // The topic has no ticks at all: the run is over, or another master knows nothing of it.
    if (to === 0 && this.#snapshot.tick) void this.#lookForEnd();
    this.#mend();
  }

  /** The trends of the seconds that this page has not seen. They are no more than a look back: without an answer they begin with what comes. */
  async #lookBack(): Promise<void> {
    const trends: unknown = await this.#sources.trends(this.#ulid).catch(() => null);
    if (!this.#open || !isTrends(trends)) return;
    this.#trends.load(trends);
    this.#become({});
  }

  async #lookForEnd(): Promise<void> {
    try {
      const { state, reason, degraded } = await this.#sources.find(this.#ulid);
      const { tick } = this.#snapshot;
      if (!tick || !ENDED.has(state)) return;
      this.#become({ tick: { ...tick, state, reason, degraded, users: 0, rps: 0, failing: 0, seconds: [] } });
      this.#end();
      this.#mend();
    } catch (error) {
      this.#failed(error);
    }
  }

  #end(): void {
    this.#want(Math.max(0, this.#columns.lastSecond - LOOK_BACK), Math.max(1, this.#columns.lastSecond + LOOK_BACK));
    void this.#texts().catch(this.#failed);
    this.#sources.ended(this.#ulid);
  }

  #want(from: number, to: number): void {
    const wanted = this.#wanted;
    this.#wanted = wanted ? { from: Math.min(wanted.from, from), to: Math.max(wanted.to, to) } : { from, to };
  }

  /** Asks for what is missing, one thing after the other. */
  #mend(): void {
    if (this.#asking || !this.#open || this.#snapshot.backlog !== 'loaded' || this.#timer !== undefined) return;
    const { tick } = this.#snapshot;
    if (tick && !ENDED.has(tick.state)) this.#columns.deepen();
    for (const span of this.#columns.missing()) this.#want(span.from, span.to);
    const { edge, step, rough, spread } = this.#columns;
    if (rough && rough.to - rough.from >= EXACT_EVERY) this.#want(rough.from, rough.to);
    if (spread) this.#want(spread.from, spread.to);
    const wanted = this.#wanted;
    if (!wanted || wanted.to <= wanted.from) return;
    // The old part and the seconds have entries of different lengths.
    const old = wanted.from < edge;
    const asked = old ? { from: wanted.from, to: Math.min(wanted.to, edge) } : wanted;
    this.#wanted = asked.to < wanted.to ? { from: edge, to: wanted.to } : null;
    void this.#ask(asked, old ? step : 1);
  }

  async #ask(asked: { from: number; to: number }, step: number): Promise<void> {
    this.#asking = true;
    this.#since.clear();
    try {
      this.#load(await this.#sources.series(this.#ulid, { ...asked, step }), asked);
      this.#fails = 0;
    } catch (error) {
      this.#want(asked.from, asked.to);
      this.#failed(error);
    }
    this.#asking = false;
    if (!this.#open) return;
    this.#become({});
    this.#mend();
  }

  #failed = (error: unknown): void => {
    if (!this.#open) return;
    if (isGone(error)) void this.#closeIfDeleted();
    console.warn('what is missing of a run could not be loaded:', error);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#mend();
    }, RETRY_AFTER[Math.min(this.#fails++, RETRY_AFTER.length - 1)]);
  };

  /** A run that the history could not take has nothing stored, but is there. */
  async #closeIfDeleted(): Promise<void> {
    try {
      await this.#sources.find(this.#ulid);
    } catch (error) {
      if (isGone(error)) this.close();
    }
  }

  #become(change: Partial<RunSnapshot>): void {
    const loaded = (change.backlog ?? this.#snapshot.backlog) === 'loaded';
    const old = this.#snapshot;
    this.#snapshot = { ...old, version: old.version + 1, lastSecond: this.#columns.lastSecond, missing: loaded ? this.#columns.missing() : [], ...change };
    for (const listener of this.#listeners) listener();
  }
}
