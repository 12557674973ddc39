import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { second, tick } from './samples';
import { GONE_AFTER, Socket, STALE_AFTER, waitBefore } from './socket';

class FakeWebSocket {
  static all: FakeWebSocket[] = [];
  readyState = 0;
  sent: unknown[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;

  constructor(readonly url: string) {
    FakeWebSocket.all.push(this);
  }

  send(text: string) {
    this.sent.push(JSON.parse(text));
  }

  close() {
    this.readyState = 3;
  }

  greet(build = 'b1') {
    this.readyState = 1;
    this.say({ type: 'hello', at: Date.now() + 5000, version: '1.0', build, protocol: 2 });
  }

  say(message: unknown) {
    this.onmessage?.({ data: typeof message === 'string' ? message : JSON.stringify(message) });
  }

  drop() {
    this.readyState = 3;
    this.onclose?.();
  }
}

const last = () => FakeWebSocket.all[FakeWebSocket.all.length - 1] as FakeWebSocket;
const beat = () => last().say({ type: 'beat', at: Date.now() });
let socket: Socket;
const returned = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => {});
  FakeWebSocket.all = [];
  returned.mockClear();
  socket = new Socket({ url: 'ws://test/ws', WebSocket: FakeWebSocket as unknown as typeof WebSocket, random: () => 0.5, returned });
  socket.open();
});

afterEach(() => {
  socket.close();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('waits longer and longer, not all pages at the same time', () => {
  expect([0, 1, 2, 3, 4, 5, 50].map((n) => waitBefore(n, 0.5))).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  expect([waitBefore(0, 0), waitBefore(0, 1)]).toEqual([350, 650]);
});

describe('the connection', () => {
  it('is live after the greeting, stale in silence, and made anew when the master is gone', () => {
    expect(socket.connection().state).toBe('connecting');
    last().greet();
    expect(socket.connection()).toMatchObject({ state: 'live', version: '1.0', clockOffset: 5000, newBuild: false });
    vi.advanceTimersByTime(STALE_AFTER + 1000);
    expect(socket.connection().state).toBe('stale');
    beat();
    expect(socket.connection().state).toBe('live');
    vi.advanceTimersByTime(GONE_AFTER + 600);
    expect(socket.connection()).toMatchObject({ state: 'reconnecting', tries: 1 });
    vi.advanceTimersByTime(500);
    expect(FakeWebSocket.all).toHaveLength(2);
  });

  it('is tried again with longer waits, at once when asked or when the network is back', () => {
    last().greet();
    for (const wait of [500, 1000, 2000]) {
      const before = FakeWebSocket.all.length;
      last().drop();
      vi.advanceTimersByTime(wait - 1);
      expect(FakeWebSocket.all).toHaveLength(before);
      vi.advanceTimersByTime(1);
      expect(FakeWebSocket.all).toHaveLength(before + 1);
    }
    last().drop();
    socket.retry();
    expect(FakeWebSocket.all).toHaveLength(5);
    last().drop();
    dispatchEvent(new Event('online'));
    expect(FakeWebSocket.all).toHaveLength(6);
    last().greet();
    expect(socket.connection()).toMatchObject({ state: 'live', tries: 0 });
    expect(returned).toHaveBeenCalledOnce();
    socket.retry();
    expect(FakeWebSocket.all).toHaveLength(6);
  });

  it('gives up one that never opens', () => {
    vi.advanceTimersByTime(GONE_AFTER + 1100);
    expect(FakeWebSocket.all).toHaveLength(2);
  });

  it('measures the way to the master and its clock', () => {
    last().greet();
    const { ping } = last().sent.find((s) => (s as { ping?: number }).ping) as { ping: number };
    vi.advanceTimersByTime(80);
    last().say({ type: 'pong', ping, at: ping + 40 + 7000 });
    expect(socket.connection()).toMatchObject({ latency: 80, clockOffset: 7000 });
  });

  it('tells of another build', () => {
    last().greet('b1');
    last().drop();
    vi.advanceTimersByTime(500);
    last().greet('b2');
    expect(socket.connection().newBuild).toBe(true);
  });

  it('stays closed once it is closed', () => {
    last().greet();
    socket.close();
    dispatchEvent(new Event('online'));
    vi.advanceTimersByTime(60_000);
    expect(FakeWebSocket.all).toHaveLength(1);
  });
});

describe('topics', () => {
  it('are subscribed to once, while anybody listens, and again after each connect', () => {
    const one = { message: vi.fn(), subscribed: vi.fn(), since: () => 17 };
    const two = { message: vi.fn() };
    const endOne = socket.listen('run:a', one);
    const endTwo = socket.listen('run:a', two);
    last().greet();
    expect(last().sent).toContainEqual({ sub: 'run:a', since: 17 });
    expect(last().sent.filter((s) => (s as { sub?: string }).sub)).toHaveLength(1);
    last().drop();
    vi.advanceTimersByTime(500);
    last().greet();
    expect(one.subscribed).toHaveBeenCalledTimes(2);
    endOne();
    endOne();
    expect(last().sent).not.toContainEqual({ unsub: 'run:a' });
    endTwo();
    expect(last().sent).toContainEqual({ unsub: 'run:a' });
  });

  it('go on after a bad message and after a listener that fails', () => {
    const heard = vi.fn();
    socket.listen('run:a', { message: () => { throw new Error('mine'); } });
    socket.listen('run:a', { message: heard });
    last().greet();
    last().say('{');
    last().say({ type: 'tick', topic: 'run:a', seq: 1, at: 1, data: { rows: null } });
    last().say({ type: 'tick', topic: 'run:a', seq: 2, at: 1, data: tick([second(0)]) });
    expect(heard).toHaveBeenCalledOnce();
    expect(socket.counters).toEqual({ bad: 3, ticks: 1, lastSeq: 2, droppedSeq: 0 });
    last().say({ type: 'gap', topic: 'run:a', from: 3, to: 9, at: 1 });
    expect(socket.counters.droppedSeq).toBe(7);
  });
});
