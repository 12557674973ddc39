import { COLUMNS, WORKER_COLUMNS, type Column, type SecondPoint, type Series, type WorkerColumn } from '@/api/types';
import { Layout, union, without, type Span } from './layout';
import { HEAT_ROWS, type SeriesView } from './types';

/** What is old of a long run has entries of so many seconds: the first of these with which it fits. Each divides the next. */
export const STEPS = [1, 5, 10, 60] as const;
/** Six hours of seconds. A run that is longer has its old part joined, and no more entries of that. */
export const MAX_ENTRIES = 21_600;
/** What is newest of a long run is kept by the second: at least so many, and so many more before some are joined. Multiples of every step. */
export const RECENT = 3_600;
const RECENT_MORE = 600;
/** Workers that have lines of their own; those that come later have none. */
export const MAX_WORKERS = 100;
/** Seconds of all workers together that are kept while a run is short: with many workers it is long sooner. */
const WORKER_SECONDS = 400_000;
/** Room for entries is made for so many at a time at least, and at most; between that for half as many again as there are. */
const CHUNK = 600;
const MOST_ROOM = 3_600;

const LAST: ReadonlySet<Column> = new Set<Column>(['users', 'target']);
const HIGHEST: ReadonlySet<Column> = new Set<Column>(['p50', 'p95', 'p99', 'p999', 'max', 'cpu', 'rps_max', 'ok_p50', 'ok_p95', 'ok_p99', 'ok_p999']);

type Cols = Record<Column, Float64Array>;
type WorkerCols = Record<WorkerColumn, Float64Array>;

function grown<T extends Float64Array | Uint32Array | Uint8Array>(old: T, next: T): T {
  next.set(old);
  return next;
}

function unknown(length: number): Float64Array<ArrayBuffer> {
  return new Float64Array(length).fill(NaN);
}

function number(value: number | null | undefined): number {
  return typeof value === 'number' ? value : NaN;
}

/** Joins one column of some entries; the weights are their requests. What was joined of percentiles is too high, never too low. */
function join(column: Column, values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0;
  let weight = 0;
  let high = NaN;
  let last = NaN;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (Number.isNaN(value)) continue;
    const share = column === 'mean' ? (weights[i] as number) || 0 : 1;
    sum += value * share;
    weight += share;
    if (!(value <= high)) high = value;
    last = value;
  }
  if (LAST.has(column)) return last;
  if (HIGHEST.has(column)) return high;
  return weight > 0 ? sum / weight : NaN;
}

function warm(heat: Uint32Array, entry: number, row: number, count: number): void {
  const cell = entry * HEAT_ROWS + row;
  if (row >= 0 && row < HEAT_ROWS) heat[cell] = (heat[cell] as number) + count;
}

/** Replaces the counts of an entry. */
function fill(heat: Uint32Array, entry: number, pairs: ArrayLike<number>): void {
  heat.fill(0, entry * HEAT_ROWS, (entry + 1) * HEAT_ROWS);
  for (let i = 0; i + 1 < pairs.length; i += 2) warm(heat, entry, pairs[i] as number, pairs[i + 1] as number);
}

/** Of counts of a heat map what falls on part i of so many equal ones, with nothing lost. */
function share(count: number, i: number, of: number): number {
  return Math.floor((count * (i + 1)) / of) - Math.floor((count * i) / of);
}

function shareOfPairs(pairs: number[], i: number, of: number): number[] {
  return of === 1 ? pairs : pairs.map((x, at) => (at % 2 ? share(x, i, of) : x));
}

/**
 * The series of one run in typed arrays, one value per entry. Entries are seconds while
 * six hours of them suffice; of a longer run those of the old part are longer. Arrays lie
 * in one piece, so that a chart reads them without a copy.
 */
export class SeriesColumns {
  #layout = new Layout(1, 0);
  #length = 0;
  #room = 0;
  #t = new Float64Array(0);
  #known = new Uint8Array(0);
  #heat = new Uint32Array(0);
  /** Of #heat: failures. There is none before the first failure. */
  #failed: Uint32Array | null = null;
  #cols = Object.fromEntries(COLUMNS.map((c) => [c, new Float64Array(0)])) as Cols;
  #workers = new Map<string, WorkerCols>();
  #rough: Span | null = null;
  #spread: Span | null = null;

  /** How long the longest entries are, in seconds. */
  get step(): number {
    return this.#layout.step;
  }

  /** From this run time on entries are seconds. */
  get edge(): number {
    return this.#layout.edge;
  }

  /** Run time of the last second that is known; -1: none. */
  get lastSecond(): number {
    return this.#layout.time(this.#length) - 1;
  }

  /** What was joined here, and not by the master, who can do it exactly. */
  get rough(): Span | null {
    return this.#rough;
  }

  /** Seconds that were made of longer entries. */
  get spread(): Span | null {
    return this.#spread;
  }

  /** Memory that the arrays take. */
  get bytes(): number {
    const perWorker = WORKER_COLUMNS.length * 8;
    const heats = this.#failed ? 2 : 1;
    return this.#room * (8 + 1 + heats * HEAT_ROWS * 4 + COLUMNS.length * 8 + this.#workers.size * perWorker);
  }

  /** Takes in a second; false: it lies beyond all bounds and was left out. */
  put(point: SecondPoint): boolean {
    if (!Number.isInteger(point.t) || !this.#reach(point.t)) return false;
    const { step, edge } = this.#layout;
    if (point.t < edge) {
      // What its entry is now is asked of the master.
      const from = Math.floor(point.t / step) * step;
      this.#rough = union(this.#rough, { from, to: from + step });
      return true;
    }
    const entry = this.#layout.at(point.t);
    this.#write(entry, (c) => number(point.cols[c]), point.heat, point.heat_failed);
    for (const [name, said] of Object.entries(point.workers)) this.#writeWorker(name, entry, (c) => number(said[c]));
    return true;
  }

  /** Takes in what the master has stored, but for the seconds that came since it was asked. */
  load(series: Series, except: ReadonlySet<number> = new Set()): void {
    const end = series.from + series.n * series.step;
    if (this.#length === 0 && series.n > 0 && series.step > 1) this.#begin(series.step, end);
    if (series.n === 0 || !this.#reach(end - 1)) return;
    const { step, edge } = this.#layout;
    if (series.step < step && series.from < edge) this.#loadFiner(series);
    for (let k = 0; k < series.n; k++) {
      const from = series.from + k * series.step;
      if (series.step >= step && from < edge) this.#loadEntry(series, k, Math.floor(from / step), this.#layout.end(Math.min(from + series.step, edge)), Math.max(1, Math.round(series.step / step)));
      if (from + series.step > edge) this.#loadSeconds(series, k, except);
    }
    this.cover(series.from, end);
  }

  /** The master has said all that it knows of [from, to): what is not known of that never will be. */
  cover(from: number, to: number): void {
    const last = Math.min(this.#layout.end(to), this.#length);
    for (let i = Math.max(0, this.#layout.at(from)); i < last; i++) this.#known[i] = 1;
    this.#rough = without(this.#rough, from, to);
  }

  /** Has room for the newest part by the second, where all of it came joined; what is spread over that has yet to be asked for. */
  deepen(): void {
    const { step, edge } = this.#layout;
    const first = Math.max(0, Math.floor((this.lastSecond + 1 - RECENT) / step) * step);
    if (step > 1 && this.lastSecond + 1 - edge < RECENT / 2 && first < edge) this.#reshape(new Layout(step, first));
  }

  /** Spans up to the last second of which nothing has been said. */
  missing(): Span[] {
    return this.#spans(0, this.#length, (i) => this.#known[i] === 0);
  }

  /** The master was asked for the seconds that are spread: it has none, or they are there. */
  settle(): void {
    this.#spread = null;
  }

  view(from = 0, to = 0): SeriesView {
    const first = Math.min(this.#length, Math.max(0, this.#layout.at(from)));
    const last = to > 0 ? Math.max(first, Math.min(this.#length, this.#layout.end(to))) : this.#length;
    const part = <K extends string>(cols: Record<K, Float64Array>) =>
      Object.fromEntries(Object.entries<Float64Array>(cols).map(([name, values]) => [name, values.subarray(first, last)])) as Record<K, Float64Array>;
    const joined = Math.max(0, Math.min(this.#layout.joined, last) - first);
    return {
      step: joined > 0 ? this.#layout.step : 1,
      joined,
      t: this.#t.subarray(first, last),
      cols: part(this.#cols),
      heat: this.#heat.subarray(first * HEAT_ROWS, last * HEAT_ROWS),
      failed: this.#failed?.subarray(first * HEAT_ROWS, last * HEAT_ROWS) ?? null,
      workers: new Map([...this.#workers].map(([name, cols]) => [name, part(cols)])),
      gaps: this.#spans(first, last, (i) => this.#known[i] === 1 && Number.isNaN(this.#cols.rps[i] as number)),
    };
  }

  #spans(first: number, last: number, is: (entry: number) => boolean): Span[] {
    const found: Span[] = [];
    for (let i = first; i < last; i++) {
      if (!is(i)) continue;
      const begin = i;
      while (i + 1 < last && is(i + 1)) i++;
      found.push({ from: this.#layout.time(begin), to: this.#layout.time(i + 1) });
    }
    return found;
  }

  /** The first step, from a shortest one on, with which all before a second has room; undefined: none. */
  #stepFor(end: number, shortest: number): number | undefined {
    return STEPS.find((s) => s >= shortest && end <= s * MAX_ENTRIES);
  }

  /** The first that is known came joined: all of it is of one length. */
  #begin(shortest: number, end: number): void {
    const step = this.#stepFor(end, shortest);
    if (step) this.#layout = new Layout(step, Math.ceil(end / step) * step);
  }

  /** Makes room up to a second; with longer entries for what is old, if need be. */
  #reach(second: number): boolean {
    if (second < 0 || !(second < MAX_ENTRIES * (STEPS.at(-1) as number))) return false;
    const { step, edge } = this.#layout;
    const most = step > 1 ? RECENT + RECENT_MORE : Math.max(RECENT + RECENT_MORE, Math.min(MAX_ENTRIES, Math.floor(WORKER_SECONDS / Math.max(1, this.#workers.size))));
    if (second - edge >= most) {
      const longer = this.#stepFor(second + 1 - RECENT, Math.max(step, STEPS[1])) as number;
      this.#reshape(new Layout(longer, Math.floor((second + 1 - RECENT) / longer) * longer));
    }
    this.#lengthen(this.#layout.at(second) + 1);
    return true;
  }

  #lengthen(length: number): void {
    if (length > this.#room) {
      const all = this.#layout.step > 1 ? this.#layout.joined + RECENT + RECENT_MORE : MAX_ENTRIES;
      this.#resize(Math.max(length, Math.min(all, this.#room + Math.max(CHUNK, Math.min(MOST_ROOM, this.#room >> 1)))));
    }
    this.#length = Math.max(this.#length, length);
  }

  #resize(room: number): void {
    const from = this.#room;
    this.#room = room;
    this.#t = grown(this.#t, new Float64Array(room));
    for (let i = from; i < room; i++) this.#t[i] = this.#layout.time(i);
    this.#known = grown(this.#known, new Uint8Array(room));
    this.#heat = grown(this.#heat, new Uint32Array(room * HEAT_ROWS));
    if (this.#failed) this.#failed = grown(this.#failed, new Uint32Array(room * HEAT_ROWS));
    for (const c of COLUMNS) this.#cols[c] = grown(this.#cols[c], unknown(room));
    for (const cols of this.#workers.values()) for (const c of WORKER_COLUMNS) cols[c] = grown(cols[c], unknown(room));
  }

  /** Puts all that is known into entries that lie otherwise: joins what gets longer, spreads what gets shorter. */
  #reshape(layout: Layout): void {
    const old = { layout: this.#layout, length: this.#length, known: this.#known, heat: this.#heat, failed: this.#failed, cols: this.#cols, workers: this.#workers };
    const { lastSecond } = this;
    this.#layout = layout;
    this.#length = this.#room = 0;
    this.#t = new Float64Array(0);
    this.#known = new Uint8Array(0);
    this.#heat = new Uint32Array(0);
    this.#failed = null;
    this.#cols = Object.fromEntries(COLUMNS.map((c) => [c, new Float64Array(0)])) as Cols;
    this.#workers = new Map();
    if (lastSecond < 0) return;
    this.#lengthen(layout.at(lastSecond) + 1);
    if (old.failed) this.#failed = new Uint32Array(this.#room * HEAT_ROWS);
    for (const name of old.workers.keys()) this.#worker(name);
    const move = (from: number, to: number, at: number) => {
      this.#known.set(old.known.subarray(from, to), at);
      this.#heat.set(old.heat.subarray(from * HEAT_ROWS, to * HEAT_ROWS), at * HEAT_ROWS);
      if (old.failed) this.#failed?.set(old.failed.subarray(from * HEAT_ROWS, to * HEAT_ROWS), at * HEAT_ROWS);
      for (const c of COLUMNS) this.#cols[c].set(old.cols[c].subarray(from, to), at);
      for (const [name, cols] of old.workers) for (const c of WORKER_COLUMNS) this.#worker(name)?.[c].set(cols[c].subarray(from, to), at);
    };
    const same = layout.step === old.layout.step ? Math.min(layout.joined, old.layout.joined, old.length) : 0;
    move(0, same, 0);
    const seconds = Math.max(layout.edge, old.layout.edge);
    if (lastSecond >= seconds) move(old.layout.at(seconds), old.length, layout.at(seconds));
    const joined = Math.min(layout.joined, this.#length);
    for (let i = same; i < joined; i++) {
      const first = old.layout.at(layout.time(i));
      const last = Math.min(old.layout.end(layout.time(i + 1)), old.length);
      if (!old.known.subarray(first, last).includes(1)) continue;
      const weights = old.cols.rps.subarray(first, last);
      this.#write(i, (c) => join(c, old.cols[c].subarray(first, last), weights), []);
      for (let cell = first * HEAT_ROWS; cell < last * HEAT_ROWS; cell++) {
        warm(this.#heat, i, cell % HEAT_ROWS, old.heat[cell] as number);
        const failed = old.failed?.[cell] ?? 0;
        if (failed > 0) warm(this.#failures(), i, cell % HEAT_ROWS, failed);
      }
      for (const [name, cols] of old.workers) this.#writeWorker(name, i, (c) => cols[c][last - 1] as number);
    }
    if (joined > same) this.#rough = union(this.#rough, { from: layout.time(same), to: layout.time(joined) });
    const { step } = old.layout;
    for (let second = layout.edge; second < Math.min(old.layout.edge, lastSecond + 1); second++) {
      const from = old.layout.at(second);
      const i = second % step;
      move(from, from + 1, layout.at(second));
      for (const [heat, was] of [[this.#heat, old.heat], [this.#failed, old.failed]] as const) {
        for (let row = 0; heat && was && row < HEAT_ROWS; row++) heat[layout.at(second) * HEAT_ROWS + row] = share(was[from * HEAT_ROWS + row] as number, i, step);
      }
    }
    if (layout.edge < old.layout.edge) this.#spread = union(this.#spread, { from: layout.edge, to: Math.min(old.layout.edge, lastSecond + 1) });
  }

  #failures(): Uint32Array {
    return (this.#failed ??= new Uint32Array(this.#room * HEAT_ROWS));
  }

  /** Replaces an entry; heat is row, count, row, count …, and failed of it what failed. */
  #write(entry: number, read: (column: Column) => number, heat: ArrayLike<number>, failed: ArrayLike<number> = []): void {
    this.#known[entry] = 1;
    for (const c of COLUMNS) this.#cols[c][entry] = read(c);
    fill(this.#heat, entry, heat);
    if (failed.length > 0 || this.#failed) fill(this.#failures(), entry, failed);
  }

  /** Room for a worker's columns; undefined: there are too many workers. */
  #worker(name: string): WorkerCols | undefined {
    const known = this.#workers.get(name);
    if (known || this.#workers.size >= MAX_WORKERS) return known;
    const cols = Object.fromEntries(WORKER_COLUMNS.map((c) => [c, unknown(this.#room)])) as WorkerCols;
    this.#workers.set(name, cols);
    return cols;
  }

  #writeWorker(name: string, entry: number, read: (column: WorkerColumn) => number): void {
    const cols = this.#worker(name);
    if (cols) for (const c of WORKER_COLUMNS) cols[c][entry] = read(c);
  }

  /** Takes in entry k of a series, which is as long as so many of ours, first to last. */
  #loadEntry(series: Series, k: number, first: number, last: number, parts: number): void {
    for (let entry = first; entry < last; entry++) this.#loadPart(series, k, entry, entry - first, parts);
  }

  /** Takes in entry k of a series as far as it is of seconds. */
  #loadSeconds(series: Series, k: number, except: ReadonlySet<number>): void {
    const from = series.from + k * series.step;
    const first = Math.max(from, this.#layout.edge);
    for (let second = first; second < from + series.step; second++) {
      if (!except.has(second)) this.#loadPart(series, k, this.#layout.at(second), second - from, series.step);
    }
    if (series.step > 1) this.#spread = union(this.#spread, { from: first, to: from + series.step });
  }

  #loadPart(series: Series, k: number, entry: number, i: number, parts: number): void {
    if (entry < 0 || entry >= this.#length) return;
    // What happened in several seconds is spread over them evenly.
    this.#write(entry, (c) => number(series.cols[c]?.[k]), shareOfPairs(series.heat[k] ?? [], i, parts), shareOfPairs(series.heat_failed?.[k] ?? [], i, parts));
    for (const [name, cols] of Object.entries(series.workers)) this.#writeWorker(name, entry, (c) => number(cols[c]?.[k]));
  }

  /** Joins entries of a series that are shorter than ours. */
  #loadFiner(series: Series): void {
    const { step, edge } = this.#layout;
    const first = (time: number) => Math.min(series.n, Math.max(0, Math.ceil((time - series.from) / series.step)));
    for (let entry = Math.floor(series.from / step); entry * step < Math.min(edge, series.from + series.n * series.step); entry++) {
      const [a, b] = [first(entry * step), first((entry + 1) * step)];
      const values = (c: Column) => (series.cols[c] ?? []).slice(a, b).map(number);
      const weights = values('rps');
      const failed = Array.from({ length: b - a }, (_, i) => series.heat_failed?.[a + i] ?? []);
      this.#write(entry, (c) => join(c, values(c), weights), series.heat.slice(a, b).flat(), failed.flat());
      for (const [name, cols] of Object.entries(series.workers)) this.#writeWorker(name, entry, (c) => number(cols[c]?.[b - 1]));
    }
  }
}
