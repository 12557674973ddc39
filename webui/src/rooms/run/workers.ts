import type { RunResult, RunTick } from '@/api/types';
import { secondsOf, type SeriesView } from '@/live/types';

/** How many of a run's workers are there, and the share of their CPU that is used: now, or at most in what is seen. */
export function workerFigures(result: RunResult, tick: RunTick | null, view: SeriesView, now: boolean): { there: number; all: number; cpu: number } {
  const all = tick ? tick.workers + tick.lost : result.workers.length;
  const there = tick ? tick.workers : result.workers.filter((w) => !w.lost).length;
  const cpu = now ? lastKnown(view.cols.cpu) : mostKnown(view.cols.cpu);
  return { there, all, cpu };
}

/** The last value of a column that is known; NaN: none is. */
export function lastKnown(column: ArrayLike<number>): number {
  for (let i = column.length - 1; i >= 0; i--) if (!Number.isNaN(column[i] as number)) return column[i] as number;
  return Number.NaN;
}

/** The highest value of a column; NaN: none is known. */
export function mostKnown(column: ArrayLike<number>): number {
  let most = Number.NaN;
  for (let i = 0; i < column.length; i++) if (!((column[i] as number) <= most) && !Number.isNaN(column[i] as number)) most = column[i] as number;
  return most;
}

/** CPU of a worker above this for so many seconds is high: what it measures may be its own delay. */
export const HIGH_CPU = 0.9;
const HIGH_SECONDS = 10;

/** How many seconds of a view are needed to say which workers are high now, with some that are not known yet. */
export const HIGH_VIEW = 2 * HIGH_SECONDS;

/** Of a worker's column of a view. */
export function highCpu(column: ArrayLike<number>, view: Pick<SeriesView, 'step' | 'joined'>): boolean {
  let i = column.length - 1;
  while (i >= 0 && Number.isNaN(column[i] as number)) i--; // not known yet
  let seconds = 0;
  for (; i >= 0 && seconds < HIGH_SECONDS; i--) {
    if (!((column[i] as number) > HIGH_CPU)) return false;
    seconds += secondsOf(view, i);
  }
  return seconds >= HIGH_SECONDS;
}

/** The workers that are high at the end of a view. */
export function highWorkers(view: SeriesView): string[] {
  return [...view.workers].filter(([, columns]) => highCpu(columns.cpu, view)).map(([id]) => id);
}

/** So many of many workers have a line of their own. */
const WORST = 3;
/** Another worker takes the place of one of them when it uses so much more: lines that come and go cannot be followed. */
const MORE = 0.05;

function mean(column: ArrayLike<number>): number {
  let sum = 0;
  let known = 0;
  for (let i = 0; i < column.length; i++) {
    if (Number.isNaN(column[i] as number)) continue;
    sum += column[i] as number;
    known++;
  }
  return known > 0 ? sum / known : -1;
}

/** The workers that use the most CPU in a view; those that were before stay unless others use clearly more. */
export function worstWorkers(view: SeriesView, before: readonly string[]): string[] {
  const use = new Map([...view.workers].map(([id, columns]) => [id, mean(columns.cpu)]));
  const of = (id: string) => use.get(id) ?? -1;
  const worst = before.filter((id) => of(id) >= 0);
  const others = [...use.keys()].filter((id) => of(id) >= 0 && !worst.includes(id)).sort((a, b) => of(b) - of(a) || a.localeCompare(b));
  for (const id of others) {
    const least = worst.reduce((a, b) => (of(b) < of(a) ? b : a), worst[0] ?? '');
    if (worst.length < WORST) worst.push(id);
    else if (of(id) > of(least) + MORE) worst[worst.indexOf(least)] = id;
    else break;
  }
  return worst;
}

/** The worker that uses the most CPU in an entry. */
export function highestWorker(view: SeriesView, entry: number): string {
  let most = -1;
  let who = '';
  for (const [id, { cpu }] of view.workers) {
    if (!((cpu[entry] as number) > most)) continue;
    most = cpu[entry] as number;
    who = id;
  }
  return who;
}

/** The highest known value of some columns at each entry; NaN where none is known. */
export function highest(columns: readonly ArrayLike<number>[], n: number): Float64Array {
  return ranked(columns, n, (values) => values[0]);
}

export function median(columns: readonly ArrayLike<number>[], n: number): Float64Array {
  return ranked(columns, n, (values) => values[values.length >> 1]);
}

export function lowest(columns: readonly ArrayLike<number>[], n: number): Float64Array {
  return ranked(columns, n, (values) => values.at(-1));
}

/** One value of those known at each entry, which are given from the highest to the lowest. */
function ranked(columns: readonly ArrayLike<number>[], n: number, pick: (values: number[]) => number | undefined): Float64Array {
  const out = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const values: number[] = [];
    for (const column of columns) if (!Number.isNaN(column[i] as number)) values.push(column[i] as number);
    out[i] = pick(values.sort((a, b) => b - a)) ?? Number.NaN;
  }
  return out;
}
