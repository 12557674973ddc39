import { parseMessage, type Message } from './messages';
import type { Connection, ConnectionState } from './types';

/** Times in ms. */
export const STALE_AFTER = 3_000;
export const GONE_AFTER = 10_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;
const PING_EVERY = 5_000;
const LOOK_EVERY = 500;
/** A message is told of when the last that was is so old: with ticks, each second. */
const TOLD_EVERY = 900;

/** How long to wait before the n-th try (0 is the first); chance is 0–1. */
export function waitBefore(tries: number, chance: number): number {
  return Math.round(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries, 10)) * (0.7 + 0.6 * chance));
}

/** Who listens to a topic. */
export interface Listener {
  message(message: Message): void;
  /** Called each time the topic has been subscribed to anew. */
  subscribed?(): void;
  /** The last tick that was seen; undefined: none. */
  since?(): number | undefined;
}

export interface SocketOptions {
  url: string;
  WebSocket?: typeof WebSocket;
  random?: () => number;
  /** The connection is there again after it was lost. */
  returned?: () => void;
  /** It could not be made, or ended: perhaps the session has. */
  refused?: () => void;
}

/** What browser tests look at. */
export interface Counters {
  lastSeq: number;
  droppedSeq: number;
  ticks: number;
  bad: number;
}

/** The one connection with the master. It comes back by itself until close. */
export class Socket {
  readonly counters: Counters = { lastSeq: 0, droppedSeq: 0, ticks: 0, bad: 0 };
  #options: SocketOptions;
  #socket: WebSocket | null = null;
  #topics = new Map<string, Set<Listener>>();
  #watchers = new Set<() => void>();
  #connection: Connection = { state: 'connecting', lastAt: null, tries: 0, nextTry: null, latency: null, version: '', newBuild: false, clockOffset: 0 };
  #retry: ReturnType<typeof setTimeout> | undefined;
  #look: ReturnType<typeof setInterval> | undefined;
  #lastAt: number | null = null;
  #openedAt = 0;
  #lastPing = 0;
  #build = '';
  #greeted = false;

  constructor(options: SocketOptions) {
    this.#options = options;
  }

  connection = (): Connection => this.#connection;

  watch = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Connects; to be called once before anything is heard. */
  open(): void {
    if (this.#look !== undefined) return;
    addEventListener('online', this.#awake);
    addEventListener('offline', this.#watch);
    document.addEventListener('visibilitychange', this.#awake);
    this.#look = setInterval(this.#watch, LOOK_EVERY);
    this.#connect();
  }

  /** Ends the connection for good, or until open. */
  close(): void {
    removeEventListener('online', this.#awake);
    removeEventListener('offline', this.#watch);
    document.removeEventListener('visibilitychange', this.#awake);
    clearInterval(this.#look);
    this.#look = undefined;
    clearTimeout(this.#retry);
    this.#part();
    this.#become({ state: 'connecting', nextTry: null, tries: 0 });
  }

  /** Tries at once, if it is not connected. */
  retry = (): void => {
    if (this.#look === undefined || this.#socket?.readyState === 1) return;
    clearTimeout(this.#retry);
    this.#connect();
  };

  /** Listens to a topic; the topic is subscribed to while anybody listens. */
  listen(topic: string, listener: Listener): () => void {
    let listeners = this.#topics.get(topic);
    if (!listeners) this.#topics.set(topic, (listeners = new Set()));
    listeners.add(listener);
    if (listeners.size === 1) this.#subscribe(topic, listeners);
    return () => {
      if (!listeners.delete(listener) || listeners.size > 0) return;
      this.#topics.delete(topic);
      this.#send({ unsub: topic });
    };
  }

  #send(value: object): boolean {
    if (this.#socket?.readyState !== 1 || !this.#greeted) return false;
    this.#socket.send(JSON.stringify(value));
    return true;
  }

  #subscribe(topic: string, listeners: Set<Listener>): void {
    const since = [...listeners].map((l) => l.since?.()).find((s) => s !== undefined);
    if (!this.#send(since === undefined ? { sub: topic } : { sub: topic, since })) return;
    for (const listener of listeners) this.#guard(() => listener.subscribed?.());
  }

  /** One listener's mistake must not stop what the others hear. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.counters.bad++;
      console.error(error);
    }
  }

  #connect(): void {
    this.#part();
    this.#openedAt = Date.now();
    this.#become({ nextTry: null, state: this.#lastAt === null && this.#connection.tries === 0 ? 'connecting' : this.#away() });
    let socket: WebSocket;
    try {
      socket = new (this.#options.WebSocket ?? WebSocket)(this.#options.url);
    } catch (error) {
      console.error(error);
      this.#wait();
      return;
    }
    this.#socket = socket;
    socket.onmessage = (event) => this.#hear(socket, event.data);
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#part();
      this.#options.refused?.();
      this.#wait();
    };
  }

  /** Forgets the connection that is there. */
  #part(): void {
    const socket = this.#socket;
    this.#socket = null;
    this.#greeted = false;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #wait(): void {
    const { tries } = this.#connection;
    const wait = waitBefore(tries, (this.#options.random ?? Math.random)());
    this.#become({ state: this.#away(), tries: tries + 1, nextTry: Date.now() + wait });
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connect(), wait);
  }

  #away(): ConnectionState {
    return navigator.onLine ? 'reconnecting' : 'offline';
  }

  #hear(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket) return;
    const now = Date.now();
    this.#lastAt = now;
    const message = parseMessage(data);
    if (!message) {
      // The first ones are shown, for whoever looks for what is wrong.
      if (this.counters.bad++ < 5) console.error('not understood:', String(data).slice(0, 500));
    } else if (message.type === 'hello') this.#greet(message, now);
    else if (message.type === 'pong') this.#measure(message, now);
    else if (message.type === 'error') console.error(message.message);
    else if (message.type !== 'beat') this.#pass(message);
    // In the task of the message, so that it is shown in the frame of what the message has changed.
    if (this.#greeted && (this.#connection.state !== 'live' || now - (this.#connection.lastAt ?? 0) >= TOLD_EVERY)) this.#become({ state: 'live', lastAt: now });
  }

  #pass(message: Exclude<Message, { type: 'hello' | 'pong' | 'beat' | 'error' }>): void {
    if (message.type === 'tick') {
      this.counters.ticks++;
      this.counters.lastSeq = message.seq;
    }
    if (message.type === 'gap') this.counters.droppedSeq += Math.max(0, message.to - message.from + 1);
    for (const listener of this.#topics.get(message.topic) ?? []) this.#guard(() => listener.message(message));
  }

  #greet(hello: { at: number; version: string; build: string }, now: number): void {
    const again = this.#build !== '' || this.#connection.version !== '';
    const newBuild = this.#connection.newBuild || (this.#build !== '' && hello.build !== '' && hello.build !== this.#build);
    this.#build ||= hello.build;
    this.#greeted = true;
    this.#become({ state: 'live', lastAt: now, tries: 0, nextTry: null, version: hello.version, newBuild, latency: null, clockOffset: hello.at - now });
    for (const [topic, listeners] of this.#topics) this.#subscribe(topic, listeners);
    this.#ping(now);
    if (again) this.#options.returned?.();
  }

  #ping(now: number): void {
    this.#lastPing = now;
    this.#send({ ping: now });
  }

  #measure(pong: { at: number; ping: number }, now: number): void {
    const latency = Math.max(0, now - pong.ping);
    this.#become({ latency, clockOffset: Math.round(pong.at - (pong.ping + now) / 2), lastAt: now });
  }

  /** Looks whether the master is still heard. */
  #watch = (): void => {
    const now = Date.now();
    const silent = now - Math.max(this.#lastAt ?? 0, this.#openedAt);
    if (this.#socket && silent > GONE_AFTER) {
      this.#part();
      this.#wait();
      return;
    }
    if (!this.#socket) {
      if (this.#connection.state !== this.#away()) this.#become({ state: this.#away() });
      return;
    }
    if (!this.#greeted) return;
    if (now - this.#lastPing >= PING_EVERY) this.#ping(now);
    const state = silent > STALE_AFTER ? 'stale' : 'live';
    if (state !== this.#connection.state) this.#become({ state, lastAt: this.#lastAt });
  };

  /** The network is back, or somebody looks at the page again. */
  #awake = (): void => {
    if (document.visibilityState === 'hidden') return;
    this.#watch();
    if (!this.#socket) this.retry();
  };

  #become(change: Partial<Connection>): void {
    this.#connection = { ...this.#connection, ...change };
    for (const watcher of this.#watchers) watcher();
  }
}
