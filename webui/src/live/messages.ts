import { WORKER_COLUMNS, type LogLine, type RunEvent, type RunLine, type RunTick, type RunTrends, type Series, type Worker } from '@/api/types';

/** What the master says, after a look at its form: what is wrong is no message. */
export type Message =
  | { type: 'hello'; at: number; version: string; build: string }
  | { type: 'beat'; at: number }
  | { type: 'pong'; at: number; ping: number }
  | { type: 'tick'; at: number; topic: string; seq: number; data: RunTick }
  | { type: 'event'; at: number; topic: string; data: RunEvent }
  | { type: 'log'; at: number; topic: string; data: LogLine[] }
  | { type: 'gap'; at: number; topic: string; from: number; to: number }
  | { type: 'state'; at: number; topic: 'runs'; data: RunLine[] }
  | { type: 'state'; at: number; topic: 'workers'; data: Worker[] }
  | { type: 'invalidate'; at: number; topic: string; keys: string[] }
  | { type: 'error'; at: number; message: string };

type Fields = Record<string, unknown>;

const isObject = (v: unknown): v is Fields => typeof v === 'object' && v !== null && !Array.isArray(v);
const isNumber = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v);
const isText = (v: unknown): v is string => typeof v === 'string';
const areObjects = (v: unknown): v is Fields[] => Array.isArray(v) && v.every(isObject);
const areNumbers = (v: unknown): v is number[] => Array.isArray(v) && v.every(isNumber);

function isSecond(v: Fields): boolean {
  return isNumber(v.t) && isObject(v.cols) && areNumbers(v.heat) && (v.heat_failed === undefined || areNumbers(v.heat_failed)) && isObject(v.workers) && Object.values(v.workers).every(isObject);
}

function isTick(v: unknown): v is RunTick {
  if (!isObject(v)) return false;
  const numbers = ['elapsed', 'total', 'users', 'target', 'rps', 'failing', 'requests', 'failures', 'workers', 'suspect', 'lost'];
  return (
    isText(v.state) && numbers.every((n) => isNumber(v[n])) && areObjects(v.seconds) && v.seconds.every(isSecond) &&
    areObjects(v.rows) && v.rows.every((r) => isNumber(r.id) && isNumber(r.rps)) && areObjects(v.thresholds) && isObject(v.errors) && isObject(v.measurement)
  );
}

export function isEvent(v: unknown): v is RunEvent {
  return isObject(v) && isNumber(v.seq) && isNumber(v.second) && isText(v.kind);
}

export function isLogLine(v: unknown): v is LogLine {
  return isObject(v) && isNumber(v.seq) && isText(v.level) && isText(v.message);
}

/** Whether an answer of GET /runs/:id/series has the form of one. */
export function isSeries(v: unknown): v is Series {
  return (
    isObject(v) && isNumber(v.step) && v.step > 0 && isNumber(v.from) && isNumber(v.n) && isObject(v.cols) && Object.values(v.cols).every(Array.isArray) &&
    Array.isArray(v.heat) && v.heat.every(areNumbers) && (v.heat_failed === undefined || (isObject(v.heat_failed) && Object.values(v.heat_failed).every(areNumbers))) && isObject(v.workers) && Object.values(v.workers).every((w) => isObject(w) && WORKER_COLUMNS.every((c) => w[c] === undefined || Array.isArray(w[c])))
  );
}

/** Whether an answer of GET /runs/:id/trends has the form of one. */
export function isTrends(v: unknown): v is RunTrends {
  return isObject(v) && isNumber(v.from) && isNumber(v.n) && Array.isArray(v.total) && Array.isArray(v.rows) && v.rows.every(Array.isArray);
}

function parseState(m: Fields, at: number): Message | undefined {
  if (!areObjects(m.data) || !m.data.every((d) => isText(d.id) && isText(d.state))) return undefined;
  if (m.topic === 'runs') return { type: 'state', at, topic: 'runs', data: m.data as unknown as RunLine[] };
  if (m.topic === 'workers') return { type: 'state', at, topic: 'workers', data: m.data as unknown as Worker[] };
  return undefined;
}

function parseTopic(m: Fields, at: number, topic: string): Message | undefined {
  const { data } = m;
  switch (m.type) {
    case 'tick':
      return isNumber(m.seq) && isTick(data) ? { type: 'tick', at, topic, seq: m.seq, data } : undefined;
    case 'event':
      return isEvent(data) ? { type: 'event', at, topic, data } : undefined;
    case 'log':
      return Array.isArray(data) && data.every(isLogLine) ? { type: 'log', at, topic, data } : undefined;
    case 'gap':
      return isNumber(m.from) && isNumber(m.to) ? { type: 'gap', at, topic, from: m.from, to: m.to } : undefined;
    case 'state':
      return parseState(m, at);
    case 'invalidate':
      return isObject(data) && Array.isArray(data.keys) && data.keys.every(isText) ? { type: 'invalidate', at, topic, keys: data.keys } : undefined;
    default:
      return undefined;
  }
}

/** Reads a message; undefined: it is none. */
export function parseMessage(text: unknown): Message | undefined {
  if (!isText(text)) return undefined;
  let m: unknown;
  try {
    m = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(m)) return undefined;
  const at = isNumber(m.at) ? m.at : isNumber(m.server_time) ? m.server_time : NaN;
  if (Number.isNaN(at)) return undefined;
  const said = (v: unknown) => (isText(v) ? v : '');
  switch (m.type) {
    case 'hello':
      return { type: 'hello', at, version: said(m.version), build: said(m.build) };
    case 'beat':
      return { type: 'beat', at };
    case 'pong':
      return isNumber(m.ping) ? { type: 'pong', at, ping: m.ping } : undefined;
    case 'error':
      return { type: 'error', at, message: said(m.message) };
    default:
      return isText(m.topic) ? parseTopic(m, at, m.topic) : undefined;
  }
}
