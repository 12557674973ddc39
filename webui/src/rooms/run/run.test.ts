import { describe, expect, it } from 'vitest';
import { COLUMNS, type ErrorGroup, type LogLine, type RowSummary, type RunEvent, type RunResult, type RunTick, type Series } from '@/api/types';
import { seriesView } from '@/charts/source';
import { formatAddress, parseAddress } from './address';
import { errorGroups, withSamples } from './groups';
import { filterLines } from './lines';
import { graceOf, stoppingSince } from './grace';
import { figuresOfRange } from './numbers';
import { failLevel, filterRows, inOrder, nestRows, sortRows, totalRow } from './rows';
import { heldSince, lostWorkers, progress, silentWorkers, standing } from './state';
import { neighbour } from './useNeighbours';
import { lookedUpTo, newsAfter } from './useThresholdNews';
import { failureLimit, parseRule, ruleUnit, verdictOf } from './thresholds';
import { highCpu, highest, highestWorker, lastKnown, mostKnown, worstWorkers } from './workers';
import { namedTransactions } from './words';

const row = (kind: RowSummary['kind'], transaction: string, step: string, requests: number, more: Partial<RowSummary> = {}): RowSummary => ({
  id: 0, kind, scenario: '', transaction, step, requests, failures: 0, interrupted: 0, warnings: 0, rps: 1, fail_rps: 0, bytes_in: 0, bytes_out: 0, status: {}, mean: 10, p50: 1, p90: 2, p95: 3, p99: 4, p999: 5, max: 6, ...more,
});

describe('address', () => {
  it('says the same after it was written', () => {
    const address = { run: '42', tab: 'errors', zoom: { from: 60, to: 120 }, tx: 'Check out & pay' } as const;
    expect(parseAddress(formatAddress(address))).toEqual(address);
    expect(formatAddress({ run: '42', tab: 'overview', zoom: null, tx: null })).toBe('#/runs/42');
  });
  it('leaves out what makes no sense', () => {
    expect(parseAddress('#/runs/42?tab=nonsense&from=9&to=3')).toEqual({ run: '42', tab: 'overview', zoom: null, tx: null });
    expect(parseAddress('#/runs/%E0%A4')).toMatchObject({ run: '%E0%A4' });
  });
});

it('the run before and after passes over those that are not there', () => {
  const runs = [{ number: 9 }, { number: 7 }, { number: 4 }, { number: 2 }];
  expect([neighbour(runs, 7, 1), neighbour(runs, 7, -1), neighbour(runs, 5, 1), neighbour(runs, 9, 1), neighbour(runs, 2, -1)]).toEqual([9, 4, 7, undefined, undefined]);
});

describe('thresholds', () => {
  it('takes rules of everything apart, and no others', () => {
    expect(parseRule('p95 < 1.5s abort')).toEqual({ metric: 'p95', value: 1500, share: false });
    expect(parseRule('p99.9 <= 800ms')).toEqual({ metric: 'p999', value: 800, share: false });
    expect(parseRule('failures < 1%')).toEqual({ metric: 'failures', value: 0.01, share: true });
    expect(parseRule('p95(browse) < 500ms')).toBeNull();
    expect(parseRule('p99 scheduled < 1s')).toBeNull();
  });
  it('has kept a metric only if all its rules are', () => {
    const rule = (text: string, passed: boolean) => ({ rule: text, passed, value: 0, samples: 1, default: false });
    expect(verdictOf([rule('p95 < 1s', true), rule('p95 < 200ms', false)], 'p95')?.passed).toBe(false);
    expect(verdictOf([rule('p95 < 1s', true)], 'p99')).toBeNull();
    expect(failureLimit([{ rule: 'failures < 5%' }, { rule: 'failures < 2%' }, { rule: 'failures < 10' }])).toBe(0.02);
    expect([ruleUnit('p95(a / b) < 3s'), ruleUnit('failures(x) < 1%'), ruleUnit('cart_size < 20')]).toEqual(['ms', 'share', 'number']);
  });
});

describe('a silent worker', () => {
  const event = (kind: string, worker: string, seq: number) => ({ kind, worker, seq, at: '', second: 0, from: 0, to: 0 }) as RunEvent;
  const tick = (more: Partial<RunTick>) => ({ state: 'running', suspect: 1, ...more }) as RunTick;
  const started = { started_at: '2026-01-01T10:00:00Z' };
  it('holds the numbers at the end of the last second that all have told of', () => {
    expect(heldSince(started, { tick: tick({}), lastSecond: 55 })).toBe(Date.parse('2026-01-01T10:00:56Z'));
  });
  it('holds nothing where none is silent, or all is over', () => {
    expect(heldSince(started, { tick: tick({ suspect: 0 }), lastSecond: 55 })).toBeNull();
    expect(heldSince(started, { tick: tick({ state: 'stopped' }), lastSecond: 55 })).toBeNull();
    expect(heldSince({ started_at: null }, { tick: tick({}), lastSecond: -1 })).toBeNull();
  });
  it('is named, until it is lost or has come back', () => {
    const events = [event('worker_suspect', 'a', 1), event('worker_suspect', 'b', 2), event('worker_lost', 'b', 3), event('worker_suspect', 'c', 4)];
    expect(silentWorkers(events, 2).map((e) => e.worker)).toEqual(['a', 'c']);
    expect(silentWorkers(events, 1).map((e) => e.worker), 'those of before have been heard since').toEqual(['c']);
    expect(silentWorkers(events, 0)).toEqual([]);
  });
});

describe('rows', () => {
  const rows = [row('step', 'a', 'one', 10, { failures: 5 }), row('transaction', 'b', '', 30), row('transaction', 'a', '', 10), row('step', 'b', 'two', 30)];
  const total = totalRow(rows, {});
  const nested = nestRows(rows);
  it('nests steps under their transactions, in whatever order they come', () => {
    expect(nested.map((r) => [r.name, r.summary.kind, r.steps.map((s) => s.name)])).toEqual([['a', 'transaction', ['one']], ['b', 'transaction', ['two']]]);
  });
  it('counts requests of steps and iterations of transactions once', () => {
    expect([total.requests, total.iterations, total.failures]).toEqual([40, 40, 5]);
  });
  it('sorts, and keeps an order while rows are held', () => {
    const names = (sort: Parameters<typeof sortRows>[1]) => sortRows(nested, sort, total).map((r) => r.name);
    expect(names({ by: 'requests', descending: true })).toEqual(['b', 'a']);
    expect(names({ by: 'name', descending: false })).toEqual(['a', 'b']);
    expect(inOrder(nested, [nested[1]?.key ?? '']).map((r) => r.name)).toEqual(['b', 'a']);
  });
  it('finds transactions by their steps', () => {
    expect(filterRows(nested, 'TWO').map((r) => r.name)).toEqual(['b']);
  });
  it('is bad above a threshold, and a warning above one in a hundred', () => {
    expect([failLevel(0.005, null), failLevel(0.02, null), failLevel(0.02, 0.01), failLevel(0.02, 0.05)]).toEqual(['good', 'warn', 'bad', 'warn']);
  });
});

describe('state', () => {
  const result = { state: 'running', result: '', reason: '', degraded: false, workers: [], started_at: '2026-01-01T00:00:00Z', ended_at: null } as unknown as RunResult;
  const tick = { state: 'running', reason: '', degraded: false, users: 240, target: 500, lost: 0, elapsed: 5000, total: 60_000 } as RunTick;
  it('ramps while users are missing, and is degraded when a worker is lost', () => {
    expect(standing(result, tick).phase).toBe('ramping');
    expect(standing(result, { ...tick, users: 500 }).phase).toBe('running');
    expect(standing(result, { ...tick, lost: 1 }).phase).toBe('degraded');
  });
  it('is what the result says when the run has ended, whatever the last tick was', () => {
    expect(standing({ ...result, state: 'completed', result: 'failed' }, tick).phase).toBe('failed');
    expect(standing({ ...result, state: 'stopped' }, tick).phase).toBe('stopped');
  });
  it('knows which workers are lost and how, in order', () => {
    const event = (seq: number, kind: RunEvent['kind'], worker: string): RunEvent => ({ seq, at: '', second: seq, kind, worker, from: 5, to: 0 });
    const events = [event(1, 'worker_lost', 'a'), event(2, 'worker_lost', 'b'), event(3, 'worker_returned', 'a'), event(4, 'worker_lost', 'c'), event(5, 'worker_lost', 'a')];
    expect(lostWorkers(events).map((e) => [e.worker, e.seq])).toEqual([['b', 2], ['c', 4], ['a', 5]]);
  });
  it('knows how far it is', () => {
    expect(progress(result, tick)).toEqual({ elapsed: 5, total: 60 });
    expect(progress({ ...result, ended_at: '2026-01-01T00:01:00Z' }, null)).toEqual({ elapsed: 60, total: 60 });
  });
});

describe('figures', () => {
  const cols = { rps: [100, null, 300], failures: [0, null, 4], users: [5, null, 7], target: [9, null, 9] } as unknown as Series['cols'];
  const view = seriesView({ step: 1, from: 0, n: 3, cols, heat: [[20, 100], [], [20, 300]], workers: {}, gaps: [] });
  it('are means of the seconds that are known', () => {
    expect(figuresOfRange(view, undefined)).toMatchObject({ rps: 200, failing: 2, share: 0.01, users: 7, target: 9, about: true });
  });
  it('count each entry for as long as it is', () => {
    const cols = Object.fromEntries(COLUMNS.map((c) => [c, c === 'rps' ? [100, 40] : [0, 0]])) as Series['cols'];
    const mixed = { ...seriesView({ step: 5, from: 0, n: 2, cols, heat: [[], []], workers: {}, gaps: [] }), joined: 1 };
    expect(figuresOfRange(mixed, undefined).rps).toBe(540 / 6);
  });
  it('say nothing of seconds that nothing is known of', () => {
    expect(figuresOfRange(seriesView({ step: 1, from: 0, n: 1, cols: { rps: [null], failures: [null] } as unknown as Series['cols'], heat: [[]], workers: {}, gaps: [] }), undefined).share).toBeNaN();
  });
  it('have the percentiles of the master as soon as they are there', () => {
    const whole = { kind: 'total', p50: 21, p95: 80, p99: 140, p999: 300 } as RowSummary;
    expect(figuresOfRange(view, whole)).toMatchObject({ p50: 21, p95: 80, about: false });
    expect(figuresOfRange(view, whole).p999).toBe(300);
  });
});

describe('the end of a run', () => {
  it('takes as long as the longest grace of its loads', () => {
    expect(graceOf({ load: { users: 1 } })).toBe(30);
    expect(graceOf({ load: { users: 1, graceful_stop: '1m30s' } })).toBe(90);
    expect(graceOf({ scenarios: [{ load: { graceful_stop: '5s' } }, { load: { graceful_stop: '0s' } }] })).toBe(5);
    expect([graceOf(undefined), graceOf({ scenarios: 3 }), graceOf({})]).toEqual([null, null, null]);
  });
  it('began with its last event of that', () => {
    const event = (second: number, name: string) => ({ seq: second, at: '', second, kind: 'state' as const, name, from: 0, to: 0 });
    expect(stoppingSince([event(0, 'running'), event(61, 'stopping')])).toBe(61);
    expect(stoppingSince([event(0, 'running')])).toBeNull();
  });
});

describe('news of thresholds', () => {
  const event = (seq: number, second: number, kind: RunEvent['kind'] = 'threshold_crossed'): RunEvent => ({ seq, at: '', second, kind, from: 0, to: 0 });
  it('are not of what was before the page looked, and do not become old', () => {
    const then = [event(1, 5), event(2, 40, 'threshold_recovered'), event(3, 45, 'note')];
    expect(lookedUpTo(then, 60)).toBe(2);
    expect(newsAfter(then, 2)).toBeNull();
    // A minute later, all at once: the tab was asleep.
    expect(newsAfter([...then, event(4, 70), event(5, 71, 'note')], 2)?.seq).toBe(4);
    expect(lookedUpTo([event(1, 55)], 60)).toBe(0); // it has just happened
  });
});

describe('failures', () => {
  const group = (transaction: string, count: number): ErrorGroup => ({ scenario: '', transaction, step: '', class: 'check', rule: '', message: transaction, count, first_seen: 1000, last_seen: 2000, workers: ['w-1'], samples: [] });
  it('are sorted by how many there are, and those not listed are counted', () => {
    const groups = errorGroups([group('a', 10), group('b', 30)], { groups: 5, count: 100 });
    expect(groups.lines.map((l) => [l.group.transaction, l.share])).toEqual([['b', 0.3], ['a', 0.1]]);
    expect([groups.rest, groups.more, groups.moreCount]).toEqual([true, 3, 60]);
    expect(errorGroups([group('a', 10)], { groups: 1, count: 10 }).rest).toBe(false);
  });
  it('of groups over the bound are counted together, and are no group', () => {
    const groups = errorGroups([{ ...group('(other)', 90), class: '(other)' }, group('a', 10)], { groups: 2, count: 100 });
    expect(groups.lines.map((l) => [l.group.transaction, l.share])).toEqual([['a', 0.1]]);
    expect([groups.rest, groups.more, groups.moreCount]).toEqual([true, 0, 90]);
  });
  it('have the samples that are known of them', () => {
    const sample = { user: 7 } as ErrorGroup['samples'][number];
    const now = withSamples([{ ...group('a', 12), trend: [5] }, { ...group('new', 1), trend: [1] }], [{ ...group('a', 10), samples: [sample] }]);
    expect(now.map((g) => [g.count, g.samples, g.trend])).toEqual([[12, [sample], [5]], [1, [], [1]]]);
  });
  it('can be those of a transaction', () => {
    expect(errorGroups([group('a', 10), group('b', 30)], null, 'a')).toMatchObject({ more: 0, moreCount: 0 });
  });
  it('of transactions: the worst are those with the largest share, else the slowest are named', () => {
    const tx = (name: string, count: number, failures: number, p95: number) => ({ scenario: '', name, count, failures, rps: 1, latency: { p95 }, latency_ok: {} });
    const named = (...transactions: unknown[]) => {
      const all = namedTransactions({ transactions } as RunResult, 2);
      return all && [all.as, ...all.transactions.map((t) => t.name)];
    };
    expect(named(tx('slow', 10, 0, 900), tx('bad', 10, 5, 10), tx('good', 10, 0, 10))).toEqual(['worst', 'bad']);
    expect(named(tx('good', 10, 0, 10), tx('slow', 10, 0, 900), tx('never', 0, 0, 0))).toEqual(['slowest', 'slow', 'good']);
    expect(named(tx('good', 10, 0, 10))).toBeNull();
  });
});

describe('workers and logs', () => {
  it('have high CPU only after ten seconds of it', () => {
    const high = new Array<number>(10).fill(0.95);
    const seconds = { step: 1, joined: 0 };
    expect([highCpu(high, seconds), highCpu(high.slice(1), seconds), highCpu([...high.slice(1), Number.NaN], seconds)]).toEqual([true, false, false]);
    // The newest of a long run: an entry of five seconds, and five of one.
    expect([highCpu(high.slice(0, 6), { step: 5, joined: 1 }), highCpu(high.slice(0, 5), { step: 5, joined: 1 }), highCpu(high.slice(0, 2), { step: 5, joined: 2 })]).toEqual([true, false, true]);
    expect(lastKnown([1, 2, Number.NaN])).toBe(2);
    expect([mostKnown([1, 5, Number.NaN, 2]), mostKnown([Number.NaN])]).toEqual([5, Number.NaN]);
    expect([...highest([[1, 5], [3, Number.NaN]], 2)]).toEqual([3, 5]);
  });
  it('of many those are named that use the most, and stay unless others use clearly more', () => {
    const of = (use: Record<string, number[]>) => seriesView({ step: 1, from: 0, n: 2, cols: {} as Series['cols'], heat: [[], []], gaps: [], workers: Object.fromEntries(Object.entries(use).map(([id, cpu]) => [id, { users: [], rps: [], cpu, memory: [], lag: [] }])) });
    const first = of({ a: [0.1, 0.1], b: [0.5, 0.7], c: [0.9, 0.9], d: [0.55, 0.55], e: [Number.NaN, Number.NaN] });
    const named = worstWorkers(first, []);
    expect(named).toEqual(['c', 'b', 'd']);
    // A little more is no reason to change names; clearly more is. A worker that is gone gives way.
    expect(worstWorkers(of({ a: [0.54, 0.54], b: [0.6, 0.6], c: [0.5, 0.5], d: [0.55, 0.55] }), named)).toEqual(['c', 'b', 'd']);
    expect(worstWorkers(of({ a: [0.54, 0.54], b: [0.6, 0.6], c: [0.5, 0.5], d: [0.55, 0.55] }), [])).toEqual(['b', 'd', 'a']);
    expect(worstWorkers(of({ a: [0.7, 0.7], b: [0.6, 0.6], c: [0.5, 0.5], d: [0.55, 0.55] }), named)).toEqual(['a', 'b', 'd']);
    expect(worstWorkers(of({ a: [Number.NaN, Number.NaN], b: [0.6, 0.6] }), ['a'])).toEqual(['b']);
    expect(worstWorkers(of({ a: [0.1, 0.1], b: [0.6, 0.6], d: [0.5, 0.5] }), named)).toEqual(['b', 'd', 'a']);
    expect([highestWorker(first, 0), highestWorker(of({ a: [0.2, 0.9], b: [0.3, 0.1] }), 1), highestWorker(of({}), 0)]).toEqual(['c', 'a', '']);
  });
  it('are filtered by level and by text', () => {
    const line = (seq: number, level: string, message: string): LogLine => ({ seq, level, message, at: '', worker: 'w-1' });
    const lines = [line(1, 'info', 'cart'), line(2, 'warn', 'slow cart'), line(3, 'error', 'failed')];
    expect(filterLines(lines, 'warn', '').map((l) => l.seq)).toEqual([2, 3]);
    expect(filterLines(lines, 'all', 'CART').map((l) => l.seq)).toEqual([1, 2]);
  });
});
