// A run of eight hours by the book: told second by second to a page that was there from the
// beginning, and to one that comes at the end.
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { COLUMNS, type RunTick, type SecondPoint, type Series } from '@/api/types';
import { thin } from '@/charts/thin';
import { MAX_ENTRIES, RECENT } from './columns';
import { LiveRun, type RunSources } from './run-store';
import { second, tick } from './samples';
import type { Listener } from './socket';
import { secondsOf, type SeriesView } from './types';

const HOUR = 3_600;
const LENGTH = 8 * HOUR;
/** The master keeps so much by the second, and at first no more than that old. */
const MASTER_STEPS = [1, 2, 5, 10, 15, 20, 30, 60];
const PEAKS = [777, 4 * HOUR + 13, 7 * HOUR + 13];

/** Requests per second: even, with a few peaks. */
const rate = (t: number) => (PEAKS.includes(t) ? 900 : 100 + (t % 7));

/** What the master has of the run up to a second, in entries as it would choose them. */
function stored(told: number, { from = 0, to = Infinity, step: asked = 0 }: { from?: number; to?: number; step?: number }): Series {
  const end = Math.min(to, told);
  const step = Math.max(asked, MASTER_STEPS.find((s) => (end - from) / s <= MAX_ENTRIES) ?? 60);
  const first = Math.floor(from / step) * step;
  const n = Math.max(0, Math.ceil((end - first) / step));
  const cols = Object.fromEntries(COLUMNS.map((c) => [c, new Array<number>(n).fill(1)])) as Series['cols'];
  const heat: number[][] = [];
  for (let k = 0; k < n; k++) {
    const seconds = Array.from({ length: Math.min(step, told - first - k * step) }, (_, i) => rate(first + k * step + i));
    cols.rps[k] = seconds.reduce((a, b) => a + b, 0) / seconds.length;
    cols.rps_max[k] = Math.max(...seconds);
    heat.push([3, seconds.reduce((a, b) => a + b, 0)]);
  }
  return { step, from: first, n, cols, heat, workers: {}, gaps: [] };
}

/** A page: it hears of seconds as it is told. */
function page() {
  let told = 0;
  let seq = 0;
  let listener: Listener | undefined;
  const sources = {
    listen: (_topic, l) => {
      listener = l;
      return () => {};
    },
    series: vi.fn(async (_id, query) => stored(told, query)),
    early: () => false,
    trends: async () => ({ from: 0, n: 0, total: [], rows: [] }),
    events: async () => [],
    logs: async () => [],
    find: async () => Promise.reject(new Error('not asked for')),
    ended: () => {},
  } satisfies RunSources;
  const run = new LiveRun('01ABC', sources);
  const point = second(0);
  const say = (t: number): void => {
    told = t + 1;
    const told1: SecondPoint = { ...point, t, cols: { ...point.cols, rps: rate(t), rps_max: rate(t) }, heat: [3, rate(t)], workers: {} };
    const data: RunTick = tick([told1]);
    listener?.message({ type: 'tick', topic: 'run:01ABC', at: t * 1000, seq: ++seq, data });
  };
  const quiet = async () => {
    let calls = -1;
    while (calls !== sources.series.mock.calls.length) {
      calls = sources.series.mock.calls.length;
      for (let i = 0; i < 10; i++) await Promise.resolve();
    }
  };
  return { run, say, quiet, series: sources.series, beginAt: (t: number) => (told = t) };
}

/** What the arrays behind a view take. */
function bytes(view: SeriesView): number {
  const buffers = new Set([view.t, view.heat, ...Object.values(view.cols), ...[...view.workers.values()].flatMap((w) => Object.values(w))].map((a) => a.buffer));
  return [...buffers].reduce((sum, b) => sum + b.byteLength, 0);
}

const requests = (view: SeriesView) => view.cols.rps.reduce((sum, v, i) => sum + v * secondsOf(view, i), 0);
const counted = (view: SeriesView) => view.heat.reduce((a, b) => a + b, 0);
const truth = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => rate(from + i)).reduce((a, b) => a + b, 0);

describe('a page that follows a run for eight hours', () => {
  const there = page();
  const sizes: number[] = [];
  beforeAll(async () => {
    there.run.open();
    await vi.waitFor(() => expect(there.run.snapshot().backlog).toBe('loaded'));
    for (let t = 0; t < LENGTH; t++) {
      there.say(t);
      if (t % 60 === 0) await there.quiet();
      if ((t + 1) % HOUR === 0) sizes.push(bytes(there.run.view()));
    }
    await there.quiet();
  }, 60_000);

  it('shows all of it: what is old in steps, the newest hour by the second, with nothing lost', () => {
    const view = there.run.view();
    expect([view.step, view.t[0], view.t.at(-1)]).toEqual([5, 0, LENGTH - 1]);
    expect(view.t.length - view.joined).toBeGreaterThanOrEqual(RECENT);
    expect([requests(view), counted(view)].map(Math.round)).toEqual([truth(0, LENGTH), truth(0, LENGTH)]);
    for (const peak of PEAKS) expect(Math.max(...there.run.view(peak, peak + 1).cols.rps_max)).toBe(900);
    expect(there.run.snapshot().missing).toEqual([]);
    expect(view.gaps).toEqual([]);
  });

  it('shows the newest by the second', () => {
    const { step, joined, t, cols } = there.run.view(LENGTH - 900);
    expect([step, joined, t.length, cols.rps.at(-1)]).toEqual([1, 0, 900, rate(LENGTH - 1)]);
  });

  it('draws no more than 2,000 points of a line, however wide, and every peak', () => {
    const view = there.run.view();
    for (const width of [320, 700, 999, 1_000, 3_840]) {
      const { t, columns } = thin(view.t, [view.cols.rps_max], view.step, width);
      expect(t.length).toBeLessThanOrEqual(Math.min(2_000, 2 * width + 2));
      expect(columns[0]?.filter((v) => v === 900)).toHaveLength(PEAKS.length);
      // Columns of pixels are equally far apart, whatever they are made of.
      const begins = t.filter((_, i) => i % 2 === 0).slice(1, -1);
      expect(new Set(begins.slice(1).map((b, i) => b - (begins[i] as number))).size).toBe(1);
    }
  });

  it('takes less than 10 MB more in each hour', () => {
    // Half of it: with failures and a few workers it is twice as much.
    sizes.forEach((size, i) => expect(size - (sizes[i - 1] ?? 0)).toBeLessThan(2.5e6));
    expect(Math.max(...sizes)).toBeLessThan(12e6);
    expect(sizes.at(-1)).toBeLessThan(6e6);
  });

  it('asks the master for what it has joined itself, in few calls', () => {
    expect(there.series.mock.calls.length).toBeLessThan(25);
    expect(there.series.mock.calls.slice(1).every(([, query]) => query.step === 5)).toBe(true);
  });
});

describe('a page that comes after eight hours', () => {
  it('has all of it, the newest hour by the second', async () => {
    const late = page();
    late.beginAt(LENGTH);
    late.run.open();
    await vi.waitFor(() => expect(late.run.snapshot().backlog).toBe('loaded'));
    expect(late.run.view().t.at(-1)).toBeGreaterThanOrEqual(LENGTH - 5);
    late.say(LENGTH);
    await late.quiet();
    const view = late.run.view();
    expect([view.step, view.t[0], view.t.at(-1)]).toEqual([5, 0, LENGTH]);
    expect(view.t.length - view.joined).toBeGreaterThanOrEqual(RECENT - 5);
    expect([requests(view), counted(view)].map(Math.round)).toEqual([truth(0, LENGTH + 1), truth(0, LENGTH + 1)]);
    const newest = late.run.view(LENGTH - 100);
    expect([newest.step, ...newest.cols.rps]).toEqual([1, ...Array.from({ length: 101 }, (_, i) => rate(LENGTH - 100 + i))]);
    // The whole, what of it is old in our steps, and the seconds.
    expect(late.series.mock.calls.length).toBeLessThanOrEqual(4);
    expect(late.run.snapshot().missing).toEqual([]);
  });

  it('has seconds again after it slept for hours', async () => {
    const asleep = page();
    asleep.run.open();
    await vi.waitFor(() => expect(asleep.run.snapshot().backlog).toBe('loaded'));
    for (let t = 0; t < 10; t++) asleep.say(t);
    asleep.say(LENGTH);
    await asleep.quiet();
    const view = asleep.run.view();
    expect([view.step, Math.round(requests(view)), asleep.run.snapshot().missing]).toEqual([5, truth(0, LENGTH + 1), []]);
    expect(asleep.run.view(LENGTH - 60).step).toBe(1);
  });
});
