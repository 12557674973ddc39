import type { TFunction } from 'i18next';
import { describe, expect, it } from 'vitest';
import { COLUMNS, type Series } from '@/api/types';
import { seriesView } from '@/charts';
import { cpuSpec, heatSpec, latencySpec, rpsSpec, trusted } from './specs';

const t = ((key: string) => key) as unknown as TFunction<'run'>;
const NONE = Number.NaN;

function view(step: number, given: Partial<Record<keyof Series['cols'], number[]>>) {
  const cols = Object.fromEntries(COLUMNS.map((c) => [c, given[c] ?? [0, 0]])) as Series['cols'];
  return seriesView({ step, from: 0, n: 2, cols, heat: [[], []], workers: {}, gaps: [] });
}

describe('charts of a run', () => {
  it('have p99.9 apart where it has too few samples to be trusted', () => {
    const of = view(5, { rps: [200, 199], failures: [1, 0], p999: [10, 20], ok_p999: [1, 2] });
    expect([[...trusted(of, 'all', true)], [...trusted(of, 'all', false)]]).toEqual([[10, NONE], [NONE, 20]]);
    expect([[...trusted(of, 'ok', true)], [...trusted(of, 'ok', false)]]).toEqual([[NONE, NONE], [1, 2]]);
  });
  it('show latencies of all requests or of successes', () => {
    const of = view(1, { p50: [5, 5], ok_p50: [4, 4], p99: [9, 9], ok_p99: [8, 8] });
    const first = (spec: ReturnType<typeof heatSpec>, key: string) => spec.lines.find((l) => l.key === key)?.read(of)[0];
    expect(['p50', 'p99'].map((key) => first(latencySpec(t, [], false, 'ok'), key))).toEqual([4, 8]);
    expect(['p50', 'p99'].map((key) => first(latencySpec(t, [], false, 'all'), key))).toEqual([5, 9]);
    expect(['p50', 'p99'].map((key) => first(heatSpec(t, 'ok'), key))).toEqual([4, 8]);
  });
  it('have the starts of an arrival rate beside what they should be; of users those only who asks for them', () => {
    const shown = (model: 'users' | 'arrivals' | null) => rpsSpec(t, [], model).lines.map((l) => (l.optional ? `(${l.key})` : l.key));
    expect(shown('users')).toEqual(['rps', 'failures', '(iterations)']);
    expect(shown('arrivals')).toEqual(['rps', 'failures', 'due', 'iterations', '(late)', 'dropped']);
    expect(shown(null)).toEqual(['rps', 'failures']);
  });
  it('have a line for each of few workers, and the worst with a band of many', () => {
    const ids = (n: number) => Array.from({ length: n }, (_, i) => `w-${i + 1}`);
    expect(cpuSpec(t, ids(8), []).lines.map((l) => l.key)).toEqual(ids(8));
    const many = cpuSpec(t, ids(9), ['w-4', 'w-9', 'w-2']);
    expect(many.lines.map((l) => l.label)).toEqual(['w-4', 'w-9', 'w-2', 'line.max', 'line.median', 'line.min']);
    expect(many.band).toEqual(['(max)', '(min)']);
  });
  it('have a line for a worker that is called as a line of all is', () => {
    const keys = cpuSpec(t, Array.from({ length: 9 }, (_, i) => `w-${i}`), ['max', 'min', 'median']).lines.map((l) => l.key);
    expect(new Set(keys).size).toBe(6);
  });
});
