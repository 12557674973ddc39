import { describe, expect, it } from 'vitest';
import type { EventKind, RunEvent, Series } from '@/api/types';
import { COLUMNS } from '@/api/types';
import { within } from './group';
import { heatColumns, HEAT_ROWS } from './heat';
import { lineEvents } from './marks';
import { seriesView } from './source';
import { besideCursor, between } from './text';

describe('lines of events', () => {
  const event = (seq: number, second: number, kind: EventKind = 'note') => ({ seq, second, kind, at: '', from: 0, to: 0 }) as RunEvent;
  const range = { from: 0, to: 1000 };
  it('are of each event while there are few, and of the gravest of a crowd', () => {
    const few = [event(1, 100), event(2, 101), event(3, 102)];
    expect(lineEvents(few, range, 500, null)).toHaveLength(3);
    const crowd = [...few, event(4, 103, 'worker_lost'), event(5, 104), event(6, 900)];
    expect(lineEvents(crowd, range, 500, null).map((e) => e.seq)).toEqual([4, 6]);
    expect(lineEvents(crowd, range, 500, 2).map((e) => e.seq)).toEqual([2, 4, 6]);
  });
});

describe('places', () => {
  it('are cut to what is shown', () => {
    const spans = [{ from: 0, to: 10 }, { from: 20, to: 30 }, { from: 50, to: 60 }];
    expect(within(spans, 5, 50)).toEqual([{ from: 5, to: 10 }, { from: 20, to: 30 }]);
  });
  it('of a tooltip are right of the cursor, then left of it, and never outside', () => {
    expect([besideCursor(50, 100, 400), besideCursor(350, 100, 400), besideCursor(150, 270, 400), besideCursor(200, 500, 400)]).toEqual([62, 238, 0, 0]);
  });
});

describe('latencies', () => {
  it('of a cell have their unit once, unless they have two', () => {
    expect([between(128, 152), between(990, 1_190), between(1_190, 1_430)].map((s) => s.replaceAll('\u00a0', ' '))).toEqual(['128–152 ms', '990 ms – 1.2 s', '1.2–1.4 s']);
  });
});

describe('heat of successes', () => {
  const cols = Object.fromEntries(COLUMNS.map((c) => [c, [0, 0]])) as Series['cols'];
  it('is that of all without the failures', () => {
    const view = seriesView({ step: 1, from: 0, n: 2, cols, heat: [[4, 9], [5, 3]], heat_failed: { 1: [5, 3] }, workers: {}, gaps: [{ from: 1000, to: 2000 }] });
    const count = (of: 'all' | 'ok') => [...heatColumns(view, 10, of).counts].map((n, i) => [i, n]).filter(([, n]) => n);
    expect(count('all')).toEqual([[4, 9], [HEAT_ROWS + 5, 3]]);
    expect(count('ok')).toEqual([[4, 9]]);
    expect(view.gaps).toEqual([{ from: 1, to: 2 }]);
  });
  it('is that of all where nothing failed', () => {
    const view = seriesView({ step: 1, from: 0, n: 2, cols, heat: [[4, 9], []], workers: {}, gaps: [] });
    expect(view.failed).toBeNull();
    expect(heatColumns(view, 10, 'ok').most).toBe(9);
  });
});
