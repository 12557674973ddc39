import { COLUMNS, WORKER_COLUMNS, type Column, type RunEvent, type Series, type WorkerColumn } from '@/api/types';
import { HEAT_ROWS, type SeriesView } from '@/live/types';
import type { Range, Source } from './group';

const NOTHING: Series = { step: 1, from: 0, n: 0, cols: {} as Series['cols'], heat: [], workers: {}, gaps: [] };

function column(values: readonly (number | null)[] | undefined, n: number): Float64Array {
  const out = new Float64Array(n).fill(Number.NaN);
  values?.forEach((v, i) => v !== null && i < n && (out[i] = v));
  return out;
}

/** Counts by the index of their entry, each as row, count, row, count … */
function heatOf(entries: [string, number[]][], n: number): Uint32Array {
  const heat = new Uint32Array(n * HEAT_ROWS);
  for (const [i, pairs] of entries) {
    for (let k = 0; k + 1 < pairs.length; k += 2) {
      const row = pairs[k] as number;
      if (row >= 0 && row < HEAT_ROWS && Number(i) < n) heat[Number(i) * HEAT_ROWS + row] = pairs[k + 1] as number;
    }
  }
  return heat;
}

/** A series as the master tells it, as charts read it. */
export function seriesView(series: Series): SeriesView {
  const { n, step, from } = series;
  const cols = Object.fromEntries(COLUMNS.map((c) => [c, column(series.cols[c], n)])) as Record<Column, Float64Array>;
  const heat = heatOf(Object.entries(series.heat), n);
  const failures = Object.entries(series.heat_failed ?? {});
  const failed = failures.length > 0 ? heatOf(failures, n) : null;
  const workers = new Map(
    Object.entries(series.workers).map(([id, w]) => [id, Object.fromEntries(WORKER_COLUMNS.map((c) => [c, column(w[c], n)])) as Record<WorkerColumn, Float64Array>]),
  );
  return { step, joined: step > 1 ? n : 0, t: Float64Array.from({ length: n }, (_, i) => from + i * step), cols, heat, failed, workers, gaps: series.gaps.map((g) => ({ from: g.from / 1000, to: g.to / 1000 })) };
}

/** The entries of a view that have to do with what is between two run times; to 0: to the end. */
export function cutView(view: SeriesView, from: number, to: number): SeriesView {
  let a = 0;
  let b = view.t.length;
  while (a < b && (view.t[a] as number) + view.step <= from) a++;
  while (b > a && to > 0 && (view.t[b - 1] as number) >= to) b--;
  const cut = <K extends string>(cols: Record<K, Float64Array>) => Object.fromEntries(Object.entries<Float64Array>(cols).map(([k, v]) => [k, v.subarray(a, b)])) as Record<K, Float64Array>;
  return {
    ...view,
    joined: Math.max(0, Math.min(view.joined, b) - a),
    t: view.t.subarray(a, b),
    cols: cut(view.cols),
    heat: view.heat.subarray(a * HEAT_ROWS, b * HEAT_ROWS),
    failed: view.failed?.subarray(a * HEAT_ROWS, b * HEAT_ROWS) ?? null,
    workers: new Map([...view.workers].map(([id, w]) => [id, cut(w)])),
  };
}

/** The finer entries of a range, if they are finer and are there for all of it. */
export function finerView(finer: SeriesView | null, than: number, from: number, to: number): SeriesView | null {
  if (!finer || finer.step >= than || !(to > 0)) return null;
  const there = (finer.t[0] ?? Infinity) <= from && (finer.t.at(-1) ?? 0) + finer.step >= to;
  return there ? cutView(finer, from, to) : null;
}

/** A source of a series that was fetched, such as that of a transaction; a newer one takes its place. */
export class FetchedSource implements Source {
  private series: Series | null = null;
  private stored: SeriesView = seriesView(NOTHING);
  private finer: SeriesView | null = null;

  constructor(private readonly around: Pick<Source, 'events' | 'missing'>) {}

  set(series: Series): void {
    if (series === this.series) return;
    this.series = series;
    this.stored = seriesView(series);
  }

  /** Entries of a range that may be finer; null: there are none. */
  setFiner(series: Series | null): void {
    this.finer = series && series.n > 0 ? seriesView(series) : null;
  }

  view(from = 0, to = 0): SeriesView {
    return finerView(this.finer, this.stored.step, from, Math.min(to, this.lastSecond() + 1)) ?? cutView(this.stored, from, to);
  }

  lastSecond(): number {
    return (this.stored.t.at(-1) ?? -this.stored.step) + this.stored.step - 1;
  }

  events(): readonly RunEvent[] {
    return this.around.events();
  }

  missing(view: SeriesView): readonly Range[] {
    return this.around.missing(view);
  }
}
