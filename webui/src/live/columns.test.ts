import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COLUMNS } from '@/api/types';
import { MAX_ENTRIES, MAX_WORKERS, RECENT, SeriesColumns } from './columns';
import { second, series } from './samples';
import { HEAT_ROWS } from './types';

const rps = (columns: SeriesColumns, from?: number, to?: number) => [...columns.view(from, to).cols.rps];

describe('seconds', () => {
  it('are the same in any order, however often they come', () => {
    const order = fc.shuffledSubarray([...Array(20).keys(), ...Array(20).keys()], { minLength: 40 });
    fc.assert(
      fc.property(order, (times) => {
        const columns = new SeriesColumns();
        for (const t of times) columns.put(second(t));
        expect(rps(columns)).toEqual(Array.from({ length: 20 }, (_, t) => t + 1));
        expect(columns.missing()).toEqual([]);
        expect(columns.lastSecond).toBe(19);
      }),
      { numRuns: 50 },
    );
  });

  it('that are said again replace what was said before, heat and all', () => {
    const columns = new SeriesColumns();
    columns.put(second(0, 5));
    columns.put({ ...second(0, 7, true), heat: [4, 9] });
    expect(rps(columns)).toEqual([7]);
    const { heat } = columns.view();
    expect([heat[3], heat[4], heat[59]]).toEqual([0, 9, 0]);
  });

  it('that nobody has told of are missing, and gaps once the master knows nothing of them', () => {
    const columns = new SeriesColumns();
    for (const t of [0, 1, 4, 6]) columns.put(second(t));
    expect(columns.missing()).toEqual([{ from: 2, to: 4 }, { from: 5, to: 6 }]);
    expect(rps(columns)).toEqual([1, 2, NaN, NaN, 5, NaN, 7]);
    expect(columns.view().gaps).toEqual([]);
    columns.cover(0, 100);
    expect(columns.missing()).toEqual([]);
    expect(columns.view().gaps).toEqual([{ from: 2, to: 4 }, { from: 5, to: 6 }]);
    expect(columns.view(3).gaps).toEqual([{ from: 3, to: 4 }, { from: 5, to: 6 }]);
  });

  it('have what failed by itself, once anything has', () => {
    const columns = new SeriesColumns();
    columns.put(second(0));
    expect(columns.view().failed).toBeNull();
    columns.put({ ...second(1), heat: [3, 5], heat_failed: [3, 2] });
    columns.put(second(2));
    const failed = () => {
      const found: number[][] = [];
      columns.view().failed?.forEach((n, i) => n > 0 && found.push([Math.floor(i / HEAT_ROWS), i % HEAT_ROWS, n]));
      return found;
    };
    expect(failed()).toEqual([[1, 3, 2]]);
    // The master has joined the seconds of its answer; ours are filled from that.
    columns.load({ ...series(0, 1, 5), heat: [[3, 9]], heat_failed: { 0: [3, 5] } });
    expect(failed()).toEqual([[0, 3, 1], [1, 3, 1], [2, 3, 1], [3, 3, 1], [4, 3, 1]]);
    // A long run has longer entries.
    columns.put(second(MAX_ENTRIES));
    expect(failed()).toEqual([[0, 3, 5]]);
    // As much has failed when entries are joined again, and when the newest are parted.
    for (let t = 1; t <= 700; t++) columns.put(second(MAX_ENTRIES + t));
    expect(failed()).toEqual([[0, 3, 5]]);
    const parted = new SeriesColumns();
    parted.load({ ...series(0, MAX_ENTRIES / 4, 5), heat_failed: { [MAX_ENTRIES / 4 - 1]: [3, 7] } });
    parted.deepen();
    expect(parted.view().failed?.reduce((sum, n) => sum + n, 0)).toBe(7);
  });

  it('that make no sense are left out', () => {
    const columns = new SeriesColumns();
    for (const t of [-1, 0.5, NaN, 60 * MAX_ENTRIES]) expect(columns.put(second(t))).toBe(false);
    expect(columns.lastSecond).toBe(-1);
    columns.put({ ...second(0), heat: [99, 5, -1, 5, 2] });
    expect([...columns.view().heat].every((count) => count === 0)).toBe(true);
  });

  it('are views of one memory, between two times', () => {
    const columns = new SeriesColumns();
    for (let t = 0; t < 100; t++) columns.put(second(t));
    const view = columns.view(10, 13);
    expect([...view.t]).toEqual([10, 11, 12]);
    expect([...view.cols.rps]).toEqual([11, 12, 13]);
    expect(view.heat.length).toBe(3 * HEAT_ROWS);
    expect([...(view.workers.get('w-1')?.users ?? [])]).toEqual([10, 11, 12]);
    expect(view.cols.rps.buffer).toBe(columns.view().cols.rps.buffer);
    expect(columns.view(500).t.length).toBe(0);
  });
});

describe('what is stored', () => {
  it('fills in, but not over seconds that came since', () => {
    const columns = new SeriesColumns();
    columns.put(second(2, 100));
    columns.load(series(0, 5), new Set([2]));
    expect(rps(columns)).toEqual([1, 2, 100, 4, 5]);
  });

  it('may have gaps, and may be nothing', () => {
    const columns = new SeriesColumns();
    columns.load(series(0, 0));
    expect(columns.lastSecond).toBe(-1);
    columns.load(series(0, 4, 1, (t) => (t === 2 ? null : 1)));
    expect(columns.view().gaps).toEqual([{ from: 2, to: 3 }]);
  });

  it('of an older run has longer entries, which stay', () => {
    const columns = new SeriesColumns();
    columns.load(series(0, 10, 5));
    expect(columns.step).toBe(5);
    expect([...columns.view().t]).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45]);
  });

  it('with longer entries than ours is spread over them, and nothing is lost', () => {
    const columns = new SeriesColumns();
    for (let t = 0; t < 10; t++) columns.put(second(t));
    columns.load(series(0, 1, 5, () => 7));
    expect(rps(columns, 0, 6)).toEqual([7, 7, 7, 7, 7, 6]);
    let sum = 0;
    for (let t = 0; t < 5; t++) sum += columns.view().heat[t * HEAT_ROWS + 3] as number;
    expect(sum).toBe(10);
  });
});

describe('long runs', () => {
  const long = (seconds: number) => {
    const columns = new SeriesColumns();
    const point = second(0, 10);
    for (let t = 0; t < seconds; t++) columns.put({ ...point, t });
    return columns;
  };

  it('have longer entries but for the newest hour, which lose no counts and no peaks', () => {
    const columns = new SeriesColumns();
    const point = second(0, 10);
    for (let t = 0; t < MAX_ENTRIES; t++) columns.put(t < 10 || t === MAX_ENTRIES - 1 ? second(t, t === 7 ? 500 : 10) : { ...point, t });
    expect(columns.step).toBe(1);
    columns.put(second(MAX_ENTRIES, 10));
    const edge = Math.floor((MAX_ENTRIES + 1 - RECENT) / 5) * 5;
    expect([columns.step, columns.edge, columns.lastSecond]).toEqual([5, edge, MAX_ENTRIES]);
    const view = columns.view();
    expect([view.step, view.joined, view.t.length]).toEqual([5, edge / 5, edge / 5 + MAX_ENTRIES + 1 - edge]);
    expect([view.t[1], view.t[view.joined - 1], view.t[view.joined], view.t[view.joined + 1], view.t.at(-1)]).toEqual([5, edge - 5, edge, edge + 1, MAX_ENTRIES]);
    expect(view.cols.rps[1]).toBe((4 * 10 + 500) / 5);
    expect(view.cols.rps_max[1]).toBe(500);
    expect(view.cols.users[1]).toBe(9);
    expect(view.cols.users.at(-2)).toBe(MAX_ENTRIES - 1);
    expect(view.heat[HEAT_ROWS + 3]).toBe(10);
    expect([columns.rough, columns.spread, columns.missing()]).toEqual([{ from: 0, to: edge }, null, []]);
    columns.load(series(0, edge / 5, 5, () => 3));
    expect(columns.rough).toBeNull();
    expect(columns.view().cols.rps[1]).toBe(3);
  });

  it('are seconds where only the newest is looked at, and where that begins they are both', () => {
    const columns = long(MAX_ENTRIES + 1);
    const { edge } = columns;
    const lie = (from: number, to: number) => {
      const { step, joined, t } = columns.view(from, to);
      return [step, joined, t[0], t.length];
    };
    expect(lie(edge, edge + 60)).toEqual([1, 0, edge, 60]);
    expect(lie(edge - 9, edge + 2)).toEqual([5, 2, edge - 10, 4]);
    expect(lie(0, 7)).toEqual([5, 2, 0, 2]);
  });

  it('join a stretch of seconds after the other, and ask for what is said again of an old one', () => {
    const columns = long(MAX_ENTRIES + 1);
    const { edge } = columns;
    columns.cover(0, edge);
    for (let t = 1; t <= RECENT; t++) columns.put(second(MAX_ENTRIES + t, 10));
    expect(columns.edge).toBeGreaterThan(edge + RECENT - 700);
    expect(columns.rough).toEqual({ from: edge, to: columns.edge });
    expect(columns.view().t.length).toBe(columns.edge / 5 + columns.lastSecond + 1 - columns.edge);
    expect(columns.view().cols.rps.every((v) => v === 10)).toBe(true);
    columns.cover(0, columns.edge);
    expect(columns.put(second(123, 4, true))).toBe(true);
    expect([columns.rough, columns.view().cols.rps[24]]).toEqual([{ from: 120, to: 125 }, 10]);
  });

  it('that came joined have room for seconds once they are under way, made of what is there', () => {
    const columns = new SeriesColumns();
    columns.load(series(0, MAX_ENTRIES / 4, 5));
    const end = columns.lastSecond + 1;
    expect([columns.edge, columns.spread]).toEqual([end, null]);
    columns.deepen();
    expect([columns.edge, columns.spread]).toEqual([end - RECENT, { from: end - RECENT, to: end }]);
    const view = columns.view(end - 5);
    expect([...view.cols.rps]).toEqual(Array(5).fill(end - 4));
    expect([0, 1, 2, 3, 4].reduce((sum, i) => sum + (view.heat[i * HEAT_ROWS + 3] as number), 0)).toBe(10);
    columns.deepen();
    expect(columns.edge).toBe(end - RECENT);
    columns.load(series(end - RECENT, RECENT));
    expect([...columns.view(end - 2).cols.rps]).toEqual([end - 1, end]);
  });

  it('may be told in entries that no length of ours is a multiple of', () => {
    const columns = new SeriesColumns();
    columns.load(series(0, MAX_ENTRIES / 2 + 600, 2, () => 8));
    expect([columns.step, columns.missing()]).toEqual([5, []]);
    expect(columns.view().cols.rps.every((v) => v === 8)).toBe(true);
    expect(columns.view().heat.reduce((sum, n) => sum + n, 0)).toBe((MAX_ENTRIES / 2 + 600) * 4);
  });

  it('are long sooner with many workers', () => {
    const columns = new SeriesColumns();
    const workers = Object.fromEntries(Array.from({ length: MAX_WORKERS }, (_, w) => [`w-${w}`, { users: w, rps: 1, cpu: 1, memory: 1, lag: 1 }]));
    for (let t = 0; t < 5_000; t++) columns.put({ ...second(t), workers });
    expect([columns.step, columns.view().workers.get('w-99')?.users.every((v) => v === 99)]).toEqual([5, true]);
    expect(columns.bytes).toBeLessThan(25e6);
  });

  it('take little memory', { timeout: 20_000 }, () => {
    expect(long(3600).bytes).toBeLessThan(3e6);
    expect(long(6 * 3600).bytes).toBeLessThan(16e6);
    expect(long(6 * 3600 + 1).bytes).toBeLessThan(5e6);
    expect(long(8 * 3600).bytes).toBeLessThan(6e6);
    const crowd = new SeriesColumns();
    for (let w = 0; w < 2 * MAX_WORKERS; w++) crowd.put({ ...second(0), workers: { [`w-${w}`]: { users: 1, rps: 1, cpu: 1, memory: 1, lag: 1 } } });
    expect(crowd.view().workers.size).toBe(MAX_WORKERS);
  });

  it('have all columns', () => expect(Object.keys(long(3).view().cols)).toEqual([...COLUMNS]));
});
