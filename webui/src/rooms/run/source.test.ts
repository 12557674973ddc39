import { describe, expect, it } from 'vitest';
import type { State } from '@/api/types';
import type { RunSnapshot, RunStore, SeriesView } from '@/live';
import { SeriesColumns } from '@/live/columns';
import { second, series, tick } from '@/live/samples';
import { StoreSource } from './source';

/** A store that is told seconds by hand. */
function told(columns: SeriesColumns) {
  let snapshot = { seq: 0, lastSecond: columns.lastSecond, missing: [], events: [], tick: null } as unknown as RunSnapshot;
  const store = { id: '1', view: (from?: number, to?: number) => columns.view(from, to), snapshot: () => snapshot } as unknown as RunStore;
  let now = 0;
  const source = new StoreSource(store, () => now);
  const hear = (t: number, state: State = 'running', total = 0) => {
    now = t * 1000;
    columns.put(second(t));
    snapshot = { ...snapshot, seq: snapshot.seq + 1, lastSecond: columns.lastSecond, missing: columns.missing(), tick: tick([], { state, total }) };
    source.heard();
  };
  return { source, hear, pass: (seconds: number) => (now += seconds * 1000), view: () => source.view() };
}

const spans = (source: StoreSource, view: SeriesView) => source.missing(view).map((m) => [m.from, m.to]);

describe('what a page has not heard of a run', () => {
  it('is missing from the last second on, and time goes on', () => {
    const { source, hear, pass, view } = told(new SeriesColumns());
    hear(0);
    hear(1);
    pass(2);
    expect([spans(source, view()), source.lastSecond()]).toEqual([[], 1]);
    pass(3);
    expect([spans(source, view()), source.lastSecond()]).toEqual([[[2, 7]], 6]);
    source.heard(); // something else of the store has changed
    expect(spans(source, view())).toEqual([[2, 7]]);
  });
  it('is missing until it has been fetched, once the page hears again', () => {
    const columns = new SeriesColumns();
    const { source, hear, pass, view } = told(columns);
    hear(0);
    pass(9);
    hear(9);
    expect(spans(source, view())).toEqual([[1, 9]]);
    columns.load(series(1, 8));
    hear(10);
    expect(spans(source, view())).toEqual([]);
  });
  it('is nothing of a run that has ended, or must have', () => {
    const { source, hear, pass, view } = told(new SeriesColumns());
    hear(0, 'running', 5_000);
    pass(60);
    expect(spans(source, view())).toEqual([[1, 5]]);
    hear(4, 'completed', 5_000);
    pass(60);
    expect(source.unheard()).toBeNull();
  });
  it('is also what workers have not told yet, while they may', () => {
    const columns = new SeriesColumns();
    const { source, hear, view } = told(columns);
    hear(0);
    hear(3);
    columns.cover(0, 4); // the master knows nothing of 1 and 2 either
    hear(4);
    expect(spans(source, view())).toEqual([[1, 3]]);
    hear(5, 'completed');
    expect([spans(source, view()), view().gaps]).toEqual([[], [{ from: 1, to: 3 }]]);
  });
});

describe('a range of a long run', () => {
  const long = () => {
    const columns = new SeriesColumns();
    columns.load(series(0, 100, 60));
    return told(columns).source;
  };
  it('has finer entries where they were fetched, and the coarse ones elsewhere', () => {
    const source = long();
    expect(source.view(60, 240).step).toBe(60);
    source.setFiner(series(60, 180, 1));
    const fine = source.view(60, 240);
    expect([fine.step, fine.t[0], fine.t.length]).toEqual([1, 60, 180]);
    expect(source.view(100, 200).t.length).toBe(100);
    // It was moved beyond what is there.
    expect(source.view(120, 300).step).toBe(60);
    expect(source.view(0, 0).step).toBe(60);
    source.setFiner(null);
    expect(source.view(60, 240).step).toBe(60);
  });
  it('has the seconds of its store where those are the newest, and finer ones where it is old', () => {
    const columns = new SeriesColumns();
    columns.load(series(0, 100, 60));
    const { source, hear } = told(columns);
    columns.deepen();
    hear(6_000);
    expect([source.view(5_000, 6_001).step, source.view(0, 6_001).step]).toEqual([1, 60]);
    source.setFiner(series(5_000, 1_001, 2));
    expect(source.view(5_000, 6_001).step).toBe(1);
    source.setFiner(series(0, 1_201, 5));
    expect(source.view(0, 6_001).step).toBe(5);
  });
  it('keeps its own where nothing finer is stored', () => {
    const source = long();
    source.setFiner(series(60, 3, 60));
    expect([...source.view(60, 240).t]).toEqual([60, 120, 180]);
  });
});
