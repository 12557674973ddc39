import { beforeEach, describe, expect, it } from 'vitest';
import { COLUMNS, type RunEvent, type Series } from '@/api/types';
import { logRange, logTicks, timeTicks, valueRange } from './axis';
import { FrameQueue } from './frames';
import { ChartGroup, scaledRange, shownRange, type Source } from './group';
import { heatColumns, heatEdge, heatQuantile, heatRow, HEAT_ROWS, paintHeat } from './heat';
import { keyAction, moveCursor } from './keys';
import { clusterEvents } from './lane';
import { heatColor, heatPixels } from './palette';
import { FetchedSource, seriesView } from './source';
import { readLines, type ChartSpec } from './spec';
import { evenly, extent, nearest } from './summary';
import { thin } from './thin';

const NONE = Number.NaN;

function series(n: number, step = 1): Series {
  const cols = Object.fromEntries(COLUMNS.map((c) => [c, Array.from({ length: n }, (_, i) => (c === 'rps' ? i : 0))])) as Series['cols'];
  return { step, from: 0, n, cols, heat: Array.from({ length: n }, (_, i) => [i % HEAT_ROWS, 2]), workers: {}, gaps: [] };
}

describe('axes', () => {
  it('has round ticks that are far enough apart and not cut at the end', () => {
    expect(timeTicks(0, 600, 600)).toEqual([0, 120, 240, 360, 480]);
    expect(timeTicks(37, 97, 330)).toEqual([45, 60, 75, 90]);
    expect(timeTicks(5, 5, 300)).toEqual([]);
  });
  it('gives values headroom and a floor', () => {
    expect(valueRange(100)[1]).toBeCloseTo(110);
    expect(valueRange(0)).toEqual([0, 1]);
    expect(valueRange(null, 5)).toEqual([0, 5]);
  });
  it('has powers of ten around what is there', () => {
    expect(logRange(3, 420)).toEqual([1, 1000]);
    expect(logRange(null, null)).toEqual([1, 100]);
    expect(logTicks(1, 1000)).toEqual([1, 10, 100, 1000]);
  });
});

describe('thin', () => {
  const t = Array.from({ length: 1000 }, (_, i) => i);
  it('leaves short columns as they are, with gaps', () => {
    expect(thin([0, 1, 2], [[1, NONE, 3]], 1, 300).columns).toEqual([[1, null, 3]]);
  });
  it('keeps the highest and the lowest of each column of pixels, in their order', () => {
    const values = t.map((i) => (i === 503 ? 900 : i === 507 ? -5 : 10));
    const out = thin(t, [values], 1, 100);
    expect(out.t.length).toBeLessThanOrEqual(202);
    expect(out.columns[0]).toContain(900);
    expect(out.columns[0]?.indexOf(-5)).toBe((out.columns[0]?.indexOf(900) ?? 0) + 1);
  });
  it('begins columns of pixels at multiples of their length, whatever is first', () => {
    const a = thin(t, [t], 1, 100);
    const b = thin(t.slice(3), [t.slice(3)], 1, 100);
    expect(b.t.slice(4)).toEqual(a.t.slice(4));
  });
  it('has columns of equal length where the old part has longer entries than the new one', () => {
    const mixed = [...Array.from({ length: 800 }, (_, i) => i * 5), ...Array.from({ length: 1000 }, (_, i) => 4000 + i)];
    const out = thin(mixed, [mixed.map((s) => (s === 4321 ? 9 : 1))], 5, 100);
    const begins = out.t.filter((_, i) => i % 2 === 0);
    expect(begins).toEqual(Array.from({ length: 100 }, (_, i) => i * 50));
    expect(out.columns[0]?.filter((v) => v === 9)).toHaveLength(1);
    expect(evenly(mixed, 250).map((i) => mixed[i])).toEqual([4999, 4749, 4499, 4249, 3995, 3745, 3495, 3245, 2995, 2745, 2495, 2245, 1995, 1745, 1495, 1245, 995, 745, 495, 245]);
  });
  it('keeps a stretch of which nothing is known as a gap', () => {
    const out = thin(t, [t.map((i) => (i >= 200 && i < 300 ? NONE : 1))], 1, 100);
    expect(out.columns[0]).toContain(null);
  });
});

describe('heat map', () => {
  it('has rows of equal height on a logarithmic scale', () => {
    expect(heatEdge(0)).toBe(1);
    expect(heatEdge(HEAT_ROWS)).toBeCloseTo(60_000);
    expect([heatRow(0.2), heatRow(heatEdge(30) * 1.01), heatRow(1e9)]).toEqual([0, 30, 59]);
  });
  it('adds what falls into one column of pixels', () => {
    const view = seriesView(series(100));
    const columns = heatColumns(view, 10);
    expect(columns.t).toEqual([0, 10, 20, 30, 40, 50, 60, 70, 80, 90]);
    expect(columns.counts.reduce((a, b) => a + b)).toBe(200);
  });
  it('paints nothing where nothing was counted, and row 0 at the bottom', () => {
    const columns = heatColumns(seriesView(series(1)), 10);
    const image = { data: new Uint8ClampedArray(HEAT_ROWS * 4) } as unknown as ImageData;
    paintHeat(columns, heatPixels('light'), image);
    expect(image.data[3]).toBe(0);
    expect(image.data[(HEAT_ROWS - 1) * 4 + 3]).toBe(255);
  });
  it('reads quantiles off counts', () => {
    const counts = new Array<number>(HEAT_ROWS).fill(0);
    counts[10] = 99;
    counts[50] = 1;
    expect(heatQuantile(counts, 0.5)).toBeGreaterThan(heatEdge(10));
    expect(heatQuantile(counts, 0.5)).toBeLessThan(heatEdge(11));
    expect(heatQuantile(counts, 1)).toBeCloseTo(heatEdge(51));
    expect(heatQuantile([], 0.5)).toBeNaN();
  });
  it('has colours that stand out from the background the more there are', () => {
    const light = (c: number[]) => c.reduce((a, b) => a + b);
    expect(light(heatColor(1, 'light'))).toBeLessThan(light(heatColor(0, 'light')));
    expect(light(heatColor(1, 'dark'))).toBeGreaterThan(light(heatColor(0, 'dark')));
  });
});

describe('frames', () => {
  const frames: (() => void)[] = [];
  let now = 0;
  let drawn: string[] = [];
  let queue: FrameQueue;
  const [a, b, c] = [{}, {}, {}];
  const draw = (name: string, took: number) => () => {
    drawn.push(name);
    now += took;
  };
  beforeEach(() => {
    frames.length = 0;
    drawn = [];
    queue = new FrameQueue((run) => frames.push(run), () => {}, () => now);
  });
  it('draw what they have time for, and what was asked for twice once', () => {
    queue.ask(a, draw('old a', 1));
    queue.ask(b, draw('b', 10));
    queue.ask(c, draw('c', 1));
    queue.ask(a, draw('a', 1));
    expect(frames).toHaveLength(1);
    frames[0]?.();
    expect(drawn).toEqual(['a', 'b']);
    frames[1]?.();
    expect(drawn).toEqual(['a', 'b', 'c']);
    expect(frames).toHaveLength(2);
  });
  it('draw what is asked for meanwhile in another one, and nothing that was dropped', () => {
    queue.ask(a, () => {
      drawn.push('a');
      queue.drop(b);
      queue.ask(a, draw('again', 1));
    });
    queue.ask(b, draw('b', 1));
    frames[0]?.();
    expect(drawn).toEqual(['a']);
    frames[1]?.();
    expect(drawn).toEqual(['a', 'again']);
    expect(frames).toHaveLength(2);
  });
  it('draw the others in another one when one of them throws', () => {
    queue.ask(a, () => {
      throw new Error('no canvas');
    });
    queue.ask(b, draw('b', 1));
    expect(() => frames[0]?.()).toThrow('no canvas');
    frames[1]?.();
    expect(drawn).toEqual(['b']);
  });
});

describe('windows', () => {
  const source: Source = { view: () => seriesView(series(0)), lastSecond: () => 999, missing: () => [], events: () => [] };
  it('follows the end, stays when paused, and shows what was chosen', () => {
    expect(shownRange({ zoom: null, follow: 300, pausedAt: null }, 999)).toEqual({ from: 700, to: 1000 });
    expect(shownRange({ zoom: null, follow: 0, pausedAt: 499 }, 999)).toEqual({ from: 0, to: 500 });
    expect(shownRange({ zoom: { from: 5, to: 9 }, follow: 0, pausedAt: null }, 999)).toEqual({ from: 5, to: 9 });
    expect(shownRange({ zoom: null, follow: 300, pausedAt: null }, -1)).toEqual({ from: 0, to: 10 });
  });
  it('zooms about a point and stays within the run', () => {
    expect(scaledRange({ from: 0, to: 1000 }, 0.5, 500, 999)).toEqual({ from: 250, to: 750 });
    expect(scaledRange({ from: 900, to: 1000 }, 2, 1000, 999)).toEqual({ from: 800, to: 1000 });
    expect(scaledRange({ from: 0, to: 1000 }, 4, 500, 999)).toEqual({ from: 0, to: 1000 });
  });
  it('moves the cursor by keys, from the last second and not beyond', () => {
    const group = new ChartGroup(source);
    moveCursor(group, -1, 1);
    expect(group.cursor()).toBe(999);
    moveCursor(group, -10, 1);
    moveCursor(group, 100, 1);
    expect(group.cursor()).toBe(999);
    expect(keyAction('ArrowLeft', true)).toEqual({ move: -10 });
    expect(keyAction('x', false)).toBeNull();
  });
});

describe('events', () => {
  const event = (seq: number, second: number) => ({ seq, second, kind: 'note', at: '', from: 0, to: 0 }) as RunEvent;
  it('joins marks that are too near, and leaves out what is not shown', () => {
    const clusters = clusterEvents([event(3, 52), event(1, 10), event(2, 51), event(4, 200)], 0, 100, 1000);
    expect(clusters.map((c) => [c.x, c.events.map((e) => e.seq)])).toEqual([[100, [1]], [510, [2, 3]]]);
    // At an edge marks are moved inwards, so that what is near them there is near.
    expect(clusterEvents([event(1, 0), event(2, 3)], 0, 100, 1000).map((c) => [c.x, c.events.length])).toEqual([[14, 2]]);
  });
});

describe('columns', () => {
  it('knows the extent of what is known', () => {
    expect(extent([0, 1, 2, 3], [NONE, 5, 2, NONE])).toEqual({ min: 2, max: 5, last: 2, lastAt: 2, known: 2 });
    expect(extent([0], [NONE])).toBeNull();
  });
  it('finds the entry nearest to a time', () => {
    expect([nearest([0, 10, 20], 14), nearest([0, 10, 20], 16), nearest([0, 10], 99), nearest([], 1)]).toEqual([1, 2, 1, -1]);
  });
  it('stacks lines upon those below them', () => {
    const line = (key: string, value: number) => ({ key, label: key, color: 'blue' as const, read: () => [value] });
    const spec: ChartSpec = { id: 'x', title: '', help: '', unit: 'rate', stacked: true, lines: [line('a', 1), line('b', 10), line('c', 100)] };
    expect(readLines(spec, seriesView(series(1))).map((c) => c[0])).toEqual([111, 110, 100]);
  });
  it('cuts a fetched series to a range', () => {
    const source = new FetchedSource({ events: () => [], missing: () => [] });
    expect(source.lastSecond()).toBe(-1);
    source.set(series(100, 5));
    expect(source.lastSecond()).toBe(499);
    expect([...source.view(12, 25).t]).toEqual([10, 15, 20]);
    expect(source.view(12, 25).heat).toHaveLength(3 * HEAT_ROWS);
  });
});
