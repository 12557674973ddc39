import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LogLine, RowSummary, RunEvent, RunResult, RunTick } from '@/api/types';
import { ApiError } from '@/api/client';
import { LiveRun, merge, type RunSources } from './run-store';
import { second, series, tick } from './samples';
import type { Listener } from './socket';
import { TREND } from './types';

const event = (seq: number): RunEvent => ({ seq, at: '', second: seq, kind: 'note', from: 0, to: 0 });
const line = (seq: number): LogLine => ({ seq, at: '', level: 'info', worker: 'w-1', message: `line ${seq}` });

let listener: Listener;
let stored: { seconds: number; events: RunEvent[]; logs: LogLine[] };
let sources: { [K in keyof RunSources]: ReturnType<typeof vi.fn<RunSources[K]>> };
let run: LiveRun;

beforeEach(() => {
  stored = { seconds: 0, events: [], logs: [] };
  sources = {
    listen: vi.fn((_topic, l) => {
      listener = l;
      return () => {};
    }),
    series: vi.fn(async (_id, { from = 0, to = Infinity }) => series(from, Math.max(0, Math.min(to, stored.seconds) - from))),
    early: vi.fn(() => false),
    trends: vi.fn(async () => ({ from: 0, n: 0, total: [], rows: [] })),
    events: vi.fn(async (_id, after) => stored.events.filter((e) => e.seq > after)),
    logs: vi.fn(async (_id, after, limit) => stored.logs.filter((l) => l.seq > after).slice(0, limit)),
    find: vi.fn(async () => ({ id: '01ABC', state: 'failed', reason: 'the master ended', degraded: false }) as RunResult),
    ended: vi.fn(),
  };
  run = new LiveRun('01ABC', sources);
});

const settled = () => vi.waitFor(() => expect(run.snapshot().missing).toEqual([]));
const loaded = async () => {
  run.open();
  await vi.waitFor(() => expect(run.snapshot().backlog).toBe('loaded'));
};
const say = (seq: number, data: RunTick) => listener.message({ type: 'tick', topic: 'run:01ABC', at: seq * 1000, seq, data });
const rps = () => [...run.view().cols.rps];
const upTo = (n: number) => Array.from({ length: n }, (_, t) => t + 1);

describe('a run', () => {
  it('has what is stored and then what is said', async () => {
    stored = { seconds: 3, events: [event(1)], logs: [line(1), line(2)] };
    await loaded();
    say(8, tick([second(3)]));
    say(9, tick([second(4)], { users: 7 }));
    expect(rps()).toEqual(upTo(5));
    expect(run.snapshot()).toMatchObject({ seq: 9, at: 9000, lastSecond: 4, missing: [], tick: { users: 7 } });
    expect(run.snapshot().events).toHaveLength(1);
    expect(run.snapshot().logs).toHaveLength(2);
    expect(run.since()).toBe(9);
  });

  it('may be said before what is stored has come', async () => {
    stored.seconds = 4;
    run.open();
    await vi.waitFor(() => expect(sources.listen).toHaveBeenCalled());
    say(1, tick([second(3, 100)]));
    expect(run.snapshot().missing).toEqual([]);
    await vi.waitFor(() => expect(run.snapshot().backlog).toBe('loaded'));
    expect(rps()).toEqual([1, 2, 3, 100]);
  });

  it('takes each tick once', async () => {
    await loaded();
    say(2, tick([second(0)]));
    const { version } = run.snapshot();
    say(2, tick([second(0, 99)]));
    say(1, tick([second(0, 99)]));
    expect(run.snapshot().version).toBe(version);
    expect(rps()).toEqual([1]);
  });

  it('asks for longer entries when those that came are not as long as it keeps them', async () => {
    sources.series.mockResolvedValueOnce(series(0, 15_000, 2)).mockResolvedValueOnce(series(0, 6_000, 5, () => 7));
    await loaded();
    await vi.waitFor(() => expect(run.view(0, 1).cols.rps[0]).toBe(7));
    expect(sources.series.mock.calls.map(([, query]) => query)).toEqual([{}, { from: 0, to: 30_000, step: 5 }]);
  });

  it('asks for seconds that are missing, and for nothing else', async () => {
    await loaded();
    say(1, tick([second(0)]));
    stored.seconds = 10;
    say(9, tick([second(8)]));
    expect(run.snapshot().missing).toEqual([{ from: 1, to: 8 }]);
    await settled();
    expect(rps()).toEqual(upTo(9));
    expect(sources.series).toHaveBeenLastCalledWith('01ABC', { from: 1, to: 8, step: 1 });
    expect(sources.series).toHaveBeenCalledTimes(2);
  });

  it('does not ask for ever for what nobody knows', async () => {
    await loaded();
    say(1, tick([second(5)]));
    await settled();
    expect(run.view().gaps).toEqual([{ from: 0, to: 5 }]);
    say(2, tick([second(6)]));
    expect(sources.series).toHaveBeenCalledTimes(2);
  });

  it('takes again what is told of a gap, and what was said meanwhile', async () => {
    stored.seconds = 5;
    await loaded();
    say(5, tick([second(5)]));
    stored = { seconds: 9, events: [event(1), event(2)], logs: [line(1)] };
    listener.message({ type: 'gap', topic: 'run:01ABC', at: 1, from: 6, to: 8 });
    await vi.waitFor(() => expect(rps()).toEqual(upTo(6)));
    say(9, tick([second(9)]));
    await settled();
    expect(rps()).toEqual(upTo(10));
    expect(run.snapshot().events).toHaveLength(2);
  });

  it('replaces seconds that are said again', async () => {
    await loaded();
    say(1, tick([second(0), second(1)]));
    say(2, tick([second(0, 50, true), second(2)]));
    expect(rps()).toEqual([50, 2, 3]);
  });

  it('takes a series that was asked for before a second was said again as older', async () => {
    await loaded();
    say(1, tick([second(0)]));
    stored.seconds = 6;
    say(2, tick([second(5)]));
    say(3, tick([second(3, 77, true)]));
    await settled();
    expect(rps()).toEqual([1, 2, 3, 77, 5, 6]);
  });

  it('takes the end of a series again that was asked for before it listened', async () => {
    stored.seconds = 200;
    sources.early.mockReturnValue(true);
    sources.series.mockImplementationOnce(async () => series(0, 200, 1, (t) => (t === 199 ? 3 : t + 1)));
    await loaded();
    await vi.waitFor(() => expect(rps()).toEqual(upTo(200)));
    expect(sources.series).toHaveBeenLastCalledWith('01ABC', { from: 79, to: 200, step: 1 });
  });

  it('loads what is stored when it has ended, and says so once', async () => {
    await loaded();
    say(1, tick([second(0, 9)]));
    stored = { seconds: 2, events: [event(1)], logs: [line(1)] };
    say(2, tick([], { state: 'completed' }));
    say(3, tick([], { state: 'completed' }));
    await vi.waitFor(() => expect(rps()).toEqual([1, 2]));
    await vi.waitFor(() => expect(run.snapshot().logs).toHaveLength(1));
    expect(sources.ended).toHaveBeenCalledOnce();
  });

  it('sees that it has ended while nobody listened', async () => {
    await loaded();
    say(4, tick([second(0)], { users: 9 }));
    listener.message({ type: 'gap', topic: 'run:01ABC', at: 1, from: 1, to: 0 });
    await vi.waitFor(() => expect(run.snapshot().tick).toMatchObject({ state: 'failed', reason: 'the master ended', users: 0 }));
    say(1, tick([second(1)]));
    expect(run.snapshot().seq).toBe(1);
  });

  it('asks for events and lines again after each connect', async () => {
    await loaded();
    listener.message({ type: 'event', topic: 'run:01ABC', at: 1, data: event(2) });
    stored.events = [event(1), event(2), event(3)];
    listener.subscribed?.();
    await vi.waitFor(() => expect(run.snapshot().events.map((e) => e.seq)).toEqual([2, 3]));
  });

  it('reads all pages of lines', async () => {
    stored.logs = Array.from({ length: 2500 }, (_, i) => line(i + 1));
    await loaded();
    expect(run.snapshot().logs).toHaveLength(2500);
    expect(sources.logs).toHaveBeenCalledTimes(3);
  });

  it('may be named by its number', async () => {
    run = new LiveRun('42', sources);
    await loaded();
    expect(sources.listen.mock.calls[0]?.[0]).toBe('run:01ABC');
  });

  it('says when what is stored cannot be loaded, and tries again when told to', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    sources.series.mockRejectedValueOnce(new Error('disk')).mockResolvedValueOnce({ heat: null } as never);
    run.open();
    for (const message of ['disk', 'the series makes no sense']) {
      await vi.waitFor(() => expect(run.snapshot()).toMatchObject({ backlog: 'failed', error: { message } }));
      run.retry();
    }
    await vi.waitFor(() => expect(run.snapshot().backlog).toBe('loaded'));
    expect(sources.listen).toHaveBeenCalledOnce();
  });

  it('asks no more for a run that was deleted', async () => {
    vi.useFakeTimers();
    try {
      run.open();
      await vi.advanceTimersByTimeAsync(0);
      say(1, tick([second(0)]));
      for (const source of [sources.series, sources.find]) source.mockRejectedValue(new ApiError(404, 'no_run', 'gone'));
      say(2, tick([second(9)]));
      await vi.advanceTimersByTimeAsync(60_000);
      expect(sources.series).toHaveBeenCalledTimes(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it('goes on with a run of which nothing could be stored', async () => {
    vi.useFakeTimers();
    try {
      run.open();
      await vi.advanceTimersByTimeAsync(0);
      say(1, tick([second(0)]));
      sources.series.mockRejectedValue(new ApiError(404, 'no_run', 'not stored'));
      say(2, tick([second(9)]));
      await vi.advanceTimersByTimeAsync(60_000);
      expect(sources.series.mock.calls.length).toBeGreaterThan(3);
      say(3, tick([second(10)]));
      expect(run.snapshot()).toMatchObject({ seq: 3, lastSecond: 10 });
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps the last rates of its rows', async () => {
    await loaded();
    const row = (id: number, value: number) => ({ id, rps: value }) as RowSummary;
    for (let i = 1; i <= TREND + 5; i++) say(i, tick([second(i)], { rows: i === 3 ? [] : [row(1, i)] }));
    say(TREND + 6, tick([], { rows: [row(1, 0)] })); // an event, not another second
    expect(run.trend(1)).toHaveLength(TREND);
    expect([run.trend(1)[0], run.trend(1)[TREND - 1]]).toEqual([6, TREND + 5]);
    expect(run.trend(2)).toEqual([]);
  });

  it('begins the rates of its rows with what the master has stored', async () => {
    const row = (id: number, value: number) => ({ id, rps: value }) as RowSummary;
    sources.trends.mockResolvedValue({ from: 2, n: 4, total: [9, 9, 9, 9], rows: [[1, 2, null, 4]] });
    stored.seconds = 5;
    await loaded();
    expect(sources.trends).not.toHaveBeenCalled(); // a run that has ended shows none
    say(1, tick([second(5)], { rows: [row(0, 50), row(-1, 90)] }));
    await vi.waitFor(() => expect(run.trend(0)).toEqual([NaN, NaN, 1, 2, NaN, 50]));
    expect(run.trend(-1)).toEqual([NaN, NaN, 9, 9, 9, 90]);
    // Ticks that were left out are asked for; a row that is new by then was not there before.
    sources.trends.mockResolvedValue({ from: 2, n: 6, total: [9, 9, 9, 9, 8, 7], rows: [[1, 2, null, 4, 5, 6], [null, null, null, null, 1, 1]] });
    listener.message({ type: 'gap', topic: 'run:01ABC', at: 0, from: 2, to: 3 });
    await vi.waitFor(() => expect(run.trend(0)).toEqual([NaN, NaN, 1, 2, NaN, 50, 5, 6]));
    expect(run.trend(1).slice(-2)).toEqual([1, 1]);
    expect(sources.trends).toHaveBeenCalledTimes(2);
  });

  it('has rates of what comes when the stored ones cannot be had', async () => {
    sources.trends.mockRejectedValue(new Error('disk'));
    await loaded();
    say(1, tick([second(0)], { rows: [{ id: 0, rps: 3 } as RowSummary] }));
    expect(run.trend(0)).toEqual([3]);
  });
});

it('merge keeps order, drops what is there, and keeps to its bound', () => {
  const old = [event(1), event(3)];
  expect(merge(old, [], 10)).toBe(old);
  expect(merge(old, [event(3)], 10)).toBe(old);
  expect(merge(old, [event(4), event(2), event(2)], 10).map((e) => e.seq)).toEqual([1, 2, 3, 4]);
  expect(merge(old, [event(4), event(5)], 3).map((e) => e.seq)).toEqual([3, 4, 5]);
});
