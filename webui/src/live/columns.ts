import { COLUMNS, WORKER_COLUMNS, type Column, type SecondPoint, type Series, type WorkerColumn } from '@/api/types';
import { HEAT_ROWS, type SeriesView } from './types';

/** Entries are this many seconds long: the first of these with which a run fits. */
export const STEPS = [1, 5, 10, 60] as const;
/** Six hours of seconds. */
export const MAX_ENTRIES = 21_600;
/** Workers that have lines of their own; those that come later have none. */
export const MAX_WORKERS = 100;
/** Room for entries is made for so many at a time, or for half as many again as there are. */
const CHUNK = 600;

const LAST: ReadonlySet<Column> = new Set<Column>(['users', 'target']);
const HIGHEST: ReadonlySet<Column> = new Set<Column>(['p50', 'p95', 'p99', 'p999', 'max', 'cpu', 'rps_max', 'ok_p50', 'ok_p95', 'ok_p99', 'ok_p999']);

type Cols = Record<Column, Float64Array>;
type WorkerCols = Record<WorkerColumn, Float64Array>;

interface Span {
  from: number;
  to: number;
}

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

/**
 * The series of one run in typed arrays, one value per entry. Entries are seconds while
 * six hours of them suffice; a longer run has longer ones. Arrays lie in one piece, so
 * that a chart reads them without a copy.
 */
export class SeriesColumns {
  #step = 1;
  #length = 0;
  #room = 0;
  #t = new Float64Array(0);
  #known = new Uint8Array(0);
  #heat = new Uint32Array(0);
  /** Of #heat: failures. There is none before the first failure. */
  #failed: Uint32Array | null = null;
  #cols = Object.fromEntries(COLUMNS.map((c) => [c, new Float64Array(0)])) as Cols;
  #workers = new Map<string, WorkerCols>();
  /** Seconds of the entry that is being filled, while entries are longer than that. */
  #open = new Map<number, SecondPoint>();
  #openEntry = -1;
  #rough: Span | null = null;

  get step(): number {
    return this.#step;
  }

  /** Run time of the last second that is known; -1: none. */
  get lastSecond(): number {
    return this.#length * this.#step - 1;
  }

  /** What was joined here, and not by the master, who can do it exactly; without the entry that is being filled. */
  get rough(): Span | null {
    const span = this.#rough;
    if (!span) return null;
    const to = this.#openEntry >= 0 ? Math.min(span.to, this.#openEntry * this.#step) : span.to;
    return to > span.from ? { from: span.from, to } : null;
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
    const entry = Math.floor(point.t / this.#step);
    if (this.#step === 1) {
      this.#write(entry, (c) => number(point.cols[c]), point.heat, point.heat_failed);
      for (const [name, said] of Object.entries(point.workers)) this.#writeWorker(name, entry, (c) => number(said[c]));
      return true;
    }
    if (entry > this.#openEntry) {
      this.#openEntry = entry;
      this.#open.clear();
    }
    this.#roughen(entry * this.#step, (entry + 1) * this.#step);
    // A second of an older entry: what the entry is now is asked of the master.
    if (entry === this.#openEntry) {
      this.#open.set(point.t, point);
      this.#joinOpen(entry);
    }
    return true;
  }

  /** Takes in what the master has stored, but for the seconds that came since it was asked. */
  load(series: Series, except: ReadonlySet<number> = new Set()): void {
    if (this.#length === 0 && (STEPS as readonly number[]).includes(series.step)) this.#step = series.step;
    if (series.n === 0 || !this.#reach(series.from + series.n * series.step - 1)) return;
    const per = series.step / this.#step;
    if (per < 1) this.#loadFiner(series);
    else for (let k = 0; k < series.n; k++) this.#loadEntry(series, k, Math.max(1, Math.round(per)), except);
    this.cover(series.from, series.from + series.n * series.step);
  }

  /** The master has said all that it knows of [from, to): what is not known of that never will be. */
  cover(from: number, to: number): void {
    const last = Math.min(Math.ceil(to / this.#step), this.#length);
    for (let i = Math.max(0, Math.floor(from / this.#step)); i < last; i++) this.#known[i] = 1;
    const rough = this.#rough;
    if (rough && from <= rough.from) this.#rough = to >= rough.to ? null : { from: Math.max(rough.from, to), to: rough.to };
  }

  /** No more seconds will come: the last entry can be taken from the master too. */
  settle(): void {
    this.#open.clear();
    this.#openEntry = -1;
  }

  /** Spans up to the last second of which nothing has been said. */
  missing(): Span[] {
    return this.#spans(0, this.#length, (i) => this.#known[i] === 0);
  }

  view(from = 0, to = 0): SeriesView {
    const first = Math.min(this.#length, Math.max(0, Math.floor(from / this.#step)));
    const last = to > 0 ? Math.max(first, Math.min(this.#length, Math.ceil(to / this.#step))) : this.#length;
    const part = <K extends string>(cols: Record<K, Float64Array>) =>
      Object.fromEntries(Object.entries<Float64Array>(cols).map(([name, values]) => [name, values.subarray(first, last)])) as Record<K, Float64Array>;
    return {
      step: this.#step,
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
      found.push({ from: begin * this.#step, to: (i + 1) * this.#step });
    }
    return found;
  }

  #roughen(from: number, to: number): void {
    const span = this.#rough;
    this.#rough = span ? { from: Math.min(span.from, from), to: Math.max(span.to, to) } : { from, to };
  }

  /** Makes room up to a second, with longer entries if need be. */
  #reach(second: number): boolean {
    const step = STEPS.find((s) => s >= this.#step && second < s * MAX_ENTRIES);
    if (second < 0 || !step) return false;
    if (step > this.#step) this.#thin(step);
    const length = Math.floor(second / this.#step) + 1;
    if (length > this.#room) this.#resize(Math.min(MAX_ENTRIES, Math.max(length, this.#room + Math.max(CHUNK, this.#room >> 1))));
    this.#length = Math.max(this.#length, length);
    return true;
  }

  #resize(room: number): void {
    const from = this.#room;
    this.#room = room;
    this.#t = grown(this.#t, new Float64Array(room));
    for (let i = from; i < room; i++) this.#t[i] = i * this.#step;
    this.#known = grown(this.#known, new Uint8Array(room));
    this.#heat = grown(this.#heat, new Uint32Array(room * HEAT_ROWS));
    if (this.#failed) this.#failed = grown(this.#failed, new Uint32Array(room * HEAT_ROWS));
    for (const c of COLUMNS) this.#cols[c] = grown(this.#cols[c], unknown(room));
    for (const cols of this.#workers.values()) for (const c of WORKER_COLUMNS) cols[c] = grown(cols[c], unknown(room));
  }

  #thin(step: number): void {
    const per = step / this.#step;
    const { lastSecond } = this;
    const old = { length: this.#length, known: this.#known, heat: this.#heat, failed: this.#failed, cols: this.#cols, workers: this.#workers };
    this.#step = step;
    this.#length = this.#room = 0;
    this.settle();
    this.#t = new Float64Array(0);
    this.#known = new Uint8Array(0);
    this.#heat = new Uint32Array(0);
    this.#failed = null;
    this.#cols = Object.fromEntries(COLUMNS.map((c) => [c, new Float64Array(0)])) as Cols;
    this.#workers = new Map();
    if (lastSecond < 0) return;
    this.#reach(lastSecond);
    for (let i = 0; i < this.#length; i++) {
      const first = i * per;
      const last = Math.min(first + per, old.length);
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
    this.#roughen(0, this.#length * step);
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

  #writeWorker(name: string, entry: number, read: (column: WorkerColumn) => number): void {
    let cols = this.#workers.get(name);
    if (!cols) {
      if (this.#workers.size >= MAX_WORKERS) return;
      cols = Object.fromEntries(WORKER_COLUMNS.map((c) => [c, unknown(this.#room)])) as WorkerCols;
      this.#workers.set(name, cols);
    }
    for (const c of WORKER_COLUMNS) cols[c][entry] = read(c);
  }

  #joinOpen(entry: number): void {
    const points = [...this.#open.values()].sort((a, b) => a.t - b.t);
    const weights = points.map((p) => number(p.cols.rps));
    this.#write(entry, (c) => join(c, points.map((p) => number(p.cols[c])), weights), points.flatMap((p) => p.heat), points.flatMap((p) => p.heat_failed ?? []));
    for (const point of points) for (const [name, said] of Object.entries(point.workers)) this.#writeWorker(name, entry, (c) => number(said[c]));
  }

  /** Takes in entry k of a series whose entries are as long as per of ours. */
  #loadEntry(series: Series, k: number, per: number, except: ReadonlySet<number>): void {
    const first = Math.floor((series.from + k * series.step) / this.#step);
    const heat = series.heat[k] ?? [];
    const failed = series.heat_failed?.[k] ?? [];
    for (let i = 0; i < per; i++) {
      const entry = first + i;
      if (entry < 0 || entry >= this.#length || (this.#step === 1 && except.has(entry)) || entry === this.#openEntry) continue;
      // What happened in several seconds is spread over them evenly, with nothing lost.
      const part = (pairs: number[]) => (per === 1 ? pairs : pairs.map((x, at) => (at % 2 ? Math.floor((x * (i + 1)) / per) - Math.floor((x * i) / per) : x)));
      this.#write(entry, (c) => number(series.cols[c]?.[k]), part(heat), part(failed));
      for (const [name, cols] of Object.entries(series.workers)) this.#writeWorker(name, entry, (c) => number(cols[c]?.[k]));
    }
  }

  #loadFiner(series: Series): void {
    const per = this.#step / series.step;
    const start = Math.round(series.from / series.step);
    for (let entry = Math.floor(start / per); entry * per < start + series.n; entry++) {
      const first = Math.max(0, entry * per - start);
      const last = Math.min(series.n, (entry + 1) * per - start);
      const values = (c: Column) => (series.cols[c] ?? []).slice(first, last).map(number);
      const weights = values('rps');
      const failed = Array.from({ length: Math.max(0, last - first) }, (_, i) => series.heat_failed?.[first + i] ?? []);
      this.#write(entry, (c) => join(c, values(c), weights), series.heat.slice(first, last).flat(), failed.flat());
      for (const [name, cols] of Object.entries(series.workers)) this.#writeWorker(name, entry, (c) => number(cols[c]?.[last - 1]));
    }
  }
}
