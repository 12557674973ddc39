import { describe, expect, it } from 'vitest';
import type { RunInfo, RunLine } from '@/api/types';
import { parseFilters, queryOf, rowsOf, writeFilters } from './filters';

const run = (number: number, more: Partial<RunInfo> = {}): RunInfo => ({
  number, id: `r${number}`, plan: 'shop', revision: 'abc', name: '', note: '', owner: '', environment: '', tags: {}, state: 'completed', reason: '', degraded: false, result: 'passed',
  measurement: 'valid', created_at: '2026-11-20T10:00:00Z', started_at: '2026-11-20T10:00:00Z', ended_at: '2026-11-20T10:01:30Z', workers: 2, peak_users: 10, requests: 200, failures: 1, rps: 5,
  p50: 1, p95: 2, p99: 3, trend: [], ...more,
});

describe('the address', () => {
  it('keeps what is chosen', () => {
    const filters = { q: 'a & b', plan: 'shop', state: 'failed' as const, before: [90, 40] };
    expect(parseFilters(new URLSearchParams(writeFilters(filters)))).toEqual(filters);
    expect(queryOf(filters)).toEqual({ q: 'a & b', plan: 'shop', state: ['failed'], before: 40, limit: 50 });
  });

  it('may say anything', () => {
    expect(parseFilters(new URLSearchParams('state=toString&before=x,-1,0.5,7'))).toEqual({ q: '', plan: '', state: '', before: [7] });
    expect(writeFilters(parseFilters(new URLSearchParams('')))).toEqual({});
  });
});

describe('rowsOf', () => {
  it('puts runs under way on top, with their figures of now', () => {
    const live = { id: 'r1', state: 'running', degraded: false, lost: 1, elapsed: 5000, users: 30, workers: 1, rps: 77, p95: 9, failing_share: 0.5, started_at: null } as RunLine;
    const rows = rowsOf([run(3), run(2), run(1, { state: 'preparing', ended_at: null })], [live]);
    expect(rows.map((r) => r.number)).toEqual([1, 3, 2]);
    expect(rows[0]).toMatchObject({ state: 'running', degraded: true, elapsed: 5000, peak_users: 30, rps: 77, failing: 0.5 });
    expect(rows[1]).toMatchObject({ elapsed: 90_000, failing: 0.005 });
  });

  it('believes what is stored of a run that is over', () => {
    const live = { id: 'r1', state: 'running' } as RunLine;
    expect(rowsOf([run(1, { requests: 0, started_at: null })], [live])[0]).toMatchObject({ state: 'completed', failing: 0, elapsed: null });
  });
});
