import { Literal } from '@/plan';

/** A number that JavaScript would write in another way, such as 1.10 or an id of 20 digits. */
export class ExactNumber {
  constructor(readonly text: string) {}
}

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown;

/** Parses JSON and keeps the text of numbers where the browser tells it; undefined: it is no JSON. */
export function parseJSON(text: string): { value: unknown } | undefined {
  const exact: Reviver = (_key, value, context) =>
    typeof value === 'number' && context?.source !== undefined && context.source !== String(value) ? new ExactNumber(context.source) : value;
  try {
    return { value: JSON.parse(text, exact as (this: unknown, key: string, value: unknown) => unknown) };
  } catch {
    return undefined;
  }
}

export type NodeKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

export interface TreeRow {
  /** JSONPath of RFC 9535. */
  path: string;
  /** Name or position within its parent; undefined for the root. */
  name: string | undefined;
  depth: number;
  kind: NodeKind;
  value: unknown;
  /** How many members it has; 0 for a value without. */
  size: number;
  open: boolean;
}

const SHORTHAND = /^[\p{L}_\u0080-\uffff][\p{L}\p{Nd}_\u0080-\uffff]*$/u;

/** One more step of a JSONPath: a position, or a name, quoted where its characters need that. */
export function pathStep(key: string | number): string {
  if (typeof key === 'number') return `[${key}]`;
  if (SHORTHAND.test(key)) return `.${key}`;
  const escaped = key.replace(/[\\']/g, (c) => `\\${c}`).replace(/[\u0000-\u001f]/g, (c) => {
    const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };
    return short[c] ?? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `['${escaped}']`;
}

export function kindOf(value: unknown): NodeKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (value instanceof ExactNumber) return 'number';
  if (typeof value === 'object') return 'object';
  return typeof value === 'string' ? 'string' : typeof value === 'boolean' ? 'boolean' : 'number';
}

function membersOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((item, i) => [i, item]);
  if (kindOf(value) === 'object') return Object.entries(value as object);
  return [];
}

function sizeOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  return kindOf(value) === 'object' ? Object.keys(value as object).length : 0;
}

/** The rows that are to be seen when these paths are open. */
export function visibleRows(root: unknown, open: ReadonlySet<string>): TreeRow[] {
  const rows: TreeRow[] = [];
  const add = (value: unknown, name: string | undefined, path: string, depth: number) => {
    const size = sizeOf(value);
    const opened = size > 0 && open.has(path);
    rows.push({ path, name, depth, kind: kindOf(value), value, size, open: opened });
    if (opened) for (const [key, member] of membersOf(value)) add(member, String(key), path + pathStep(key), depth + 1);
  };
  add(root, undefined, '$', 0);
  return rows;
}

/** The paths that are open at first: level by level, as far as most rows fit. */
export function openAtFirst(root: unknown, most = 60): Set<string> {
  const open = new Set<string>();
  let level: [string, unknown][] = [['$', root]];
  let rows = 1;
  while (level.length > 0) {
    const next: [string, unknown][] = [];
    for (const [path, value] of level) {
      const size = sizeOf(value);
      if (size === 0 || (path !== '$' && rows + size > most)) continue;
      open.add(path);
      rows += size;
      for (const [key, member] of membersOf(value)) next.push([path + pathStep(key), member]);
    }
    level = next;
  }
  return open;
}

const SHOWN = 200;

/** A value in one line. */
export function previewOf(row: TreeRow): string {
  if (row.kind === 'object') return row.size === 0 ? '{}' : `{${row.size}}`;
  if (row.kind === 'array') return `[${row.size === 0 ? '' : row.size}]`;
  const text = valueText(row.value);
  const cut = text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
  return row.kind === 'string' ? JSON.stringify(cut) : cut;
}

/** A browser that tells the text of numbers can also write them so. */
const raw = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON ?? Number;

/** A value as text: strings without quotes, the rest as JSON. */
export function valueText(value: unknown): string {
  if (value instanceof ExactNumber) return value.text;
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_key, v: unknown) => (v instanceof ExactNumber ? raw(v.text) : v)) ?? '';
}

/** A key as the tree shows it: what cannot be seen, or would mislead, is quoted. */
export function keyText(name: string): string {
  return name === '' || /^\s|\s$|[\u0000-\u001f"]/.test(name) ? JSON.stringify(name) : name;
}

/** A name for a variable that holds what is at a path: $.items[0].id → id. */
export function variableName(path: string): string {
  const steps = path.replace(/\[\d+\]/g, '').match(/[\p{L}\p{Nd}_]+/gu) ?? [];
  const last = (steps.at(-1) ?? '').slice(0, 60);
  return /^[\p{L}_]/u.test(last) ? last : `value${last && `_${last}`}`;
}

/** A value as checks compare with it; texts of plans have placeholders, which this one has not. */
function comparable(value: unknown): unknown {
  if (value instanceof ExactNumber) return new Literal(value.text);
  return typeof value === 'string' ? value.replaceAll('{{', "{{'{{'}}") : value;
}

/** A row of check for what is at a path: its value where it is a plain one, else that it is there. */
export function checkFor(row: TreeRow): Record<string, unknown> {
  if (row.kind === 'object' || row.kind === 'array') return { json: row.path, exists: true };
  return { json: row.path, equals: comparable(row.value) };
}
