import type { WorkerLine, WorkerLogs } from '@/api/types';
import { describe, expect, it } from 'vitest';
import { joined } from './logs';
import { areaPath, ceiling, figures } from './trend';

const lines = (from: number, to: number): WorkerLine[] =>
  Array.from({ length: to - from + 1 }, (_, i) => ({ number: from + i, at: '', level: 'info', message: `line ${from + i}` }));
const logs = (from: number, to: number): WorkerLogs => ({ lines: lines(from, to), last: to });
const numbers = (l: WorkerLogs) => l.lines.map((x) => x.number);

describe('the log of a worker', () => {
  it('adds what came after, once', () => {
    expect(numbers(joined(logs(1, 3), logs(4, 5)))).toEqual([1, 2, 3, 4, 5]);
    expect(numbers(joined(logs(1, 3), logs(2, 4)))).toEqual([1, 2, 3, 4]);
    expect(joined(logs(1, 3), { lines: [], last: 9 })).toEqual({ lines: lines(1, 3), last: 9 });
  });

  it('begins anew with a worker that did', () => {
    expect(numbers(joined(logs(40, 50), logs(1, 2)))).toEqual([1, 2]);
  });

  it('keeps the newest thousand', () => {
    const all = joined(logs(1, 900), logs(901, 1400));
    expect([all.lines.length, all.lines[0]?.number, all.lines.at(-1)?.number]).toEqual([1000, 401, 1400]);
  });
});

describe('a trend', () => {
  it('knows its figures, and that there are none', () => {
    expect(figures([1, 5, 2])).toEqual({ now: 2, min: 1, max: 5 });
    expect(figures([])).toBeNull();
  });

  it('ends at the right edge and stays within its box', () => {
    const { line, area } = areaPath([0, 5, 20], 100, 10, ceiling(0, 10), 11);
    expect(line).toBe('M80.0 10.0L90.0 5.0L100.0 0.0');
    expect(area).toBe(`${line}L100.0 10L80.0 10Z`);
    expect(areaPath([], 100, 10, 1, 60)).toEqual({ line: '', area: '' });
  });
});
