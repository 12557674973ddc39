// Values of a plan apart from how they are written: what the text is compared with after
// an edit, and what is printed into it.

/** How a scalar reads: only a plain JSON number, true, false or null has that type. */
export type ScalarType = 'text' | 'number' | 'bool' | 'null';

/** A number (or true, false, null) with the very text it is written with: 1.10 stays 1.10. */
export class Literal {
  constructor(readonly text: string) {}
}

export interface ScalarValue {
  readonly kind: 'scalar';
  readonly type: ScalarType;
  readonly text: string;
}

export interface Kid<V = Value> {
  /** Empty for items of a list. */
  readonly key: string;
  readonly value: V;
}

export interface MapValue {
  readonly kind: 'map';
  readonly kids: readonly Kid[];
}

export interface ListValue {
  readonly kind: 'list';
  readonly kids: readonly Kid[];
}

export type Value = ScalarValue | MapValue | ListValue;

const jsonNumber = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;

/** Whether a text is a number by the grammar of JSON, as plans read them. */
export function isJsonNumber(text: string): boolean {
  return jsonNumber.test(text);
}

/** How a plain (unquoted) scalar reads. */
export function plainType(text: string): ScalarType {
  if (text === 'true' || text === 'false') return 'bool';
  if (text === 'null' || text === '') return 'null';
  return isJsonNumber(text) ? 'number' : 'text';
}

function textValue(text: string): ScalarValue {
  return { kind: 'scalar', type: 'text', text };
}

/** A scalar that reads as it looks: a number if it looks like one, else text. */
export function wordOf(text: string): unknown {
  return plainType(text) === 'text' || text === '' ? text : new Literal(text);
}

/** What a value given by a form is in a plan. Parts that are undefined are left out. */
export function valueOf(given: unknown): Value {
  if (given instanceof Literal) return { kind: 'scalar', type: plainType(given.text), text: given.text };
  if (Array.isArray(given)) return { kind: 'list', kids: given.map((v) => ({ key: '', value: valueOf(v) })) };
  switch (typeof given) {
    case 'string':
      return textValue(given);
    case 'number':
      return numberValue(given);
    case 'bigint':
      return { kind: 'scalar', type: 'number', text: String(given) };
    case 'boolean':
      return { kind: 'scalar', type: 'bool', text: String(given) };
    case 'object':
      if (given !== null) return mapValue(given instanceof Map ? [...given] : Object.entries(given));
  }
  return { kind: 'scalar', type: 'null', text: 'null' };
}

function numberValue(n: number): ScalarValue {
  if (!Number.isFinite(n)) return textValue(String(n));
  return { kind: 'scalar', type: 'number', text: String(n) };
}

function mapValue(entries: [unknown, unknown][]): MapValue {
  const kids = entries
    .filter(([, v]) => v !== undefined)
    .map(([key, v]) => ({ key: String(key), value: valueOf(v) }));
  return { kind: 'map', kids };
}

/** The value as plain data; a number that a number of JavaScript would change is its text. */
export function plainOf(value: Value): unknown {
  if (value.kind === 'list') return value.kids.map((kid) => plainOf(kid.value));
  if (value.kind === 'scalar') return scalarOf(value);
  const out: Record<string, unknown> = {};
  for (const kid of value.kids) {
    // Defined, not assigned: a key may be __proto__.
    Object.defineProperty(out, kid.key, { value: plainOf(kid.value), enumerable: true, configurable: true, writable: true });
  }
  return out;
}

function scalarOf(value: ScalarValue): unknown {
  switch (value.type) {
    case 'null':
      return null;
    case 'bool':
      return value.text === 'true';
    case 'number':
      return String(Number(value.text)) === value.text ? Number(value.text) : value.text;
    default:
      return value.text;
  }
}

/** Whether two values are the same: type, text, and order of keys. */
export function sameValue(a: Value, b: Value): boolean {
  if (a.kind === 'scalar') return b.kind === 'scalar' && a.type === b.type && (a.type === 'null' || a.text === b.text);
  if (b.kind === 'scalar' || a.kind !== b.kind || a.kids.length !== b.kids.length) return false;
  return a.kids.every((kid, i) => {
    const other = b.kids[i];
    return other !== undefined && kid.key === other.key && sameValue(kid.value, other.value);
  });
}

/** How many levels of maps and lists a value has. */
export function heightOf(value: Value): number {
  if (value.kind === 'scalar' || value.kids.length === 0) return 0;
  return 1 + Math.max(...value.kids.map((kid) => heightOf(kid.value)));
}

/** Whether a text in it has several lines. */
export function hasLines(value: Value): boolean {
  if (value.kind === 'scalar') return value.type === 'text' && value.text.includes('\n');
  return value.kids.some((kid) => hasLines(kid.value));
}

/** The value as JSON text, with the order of keys and the text of numbers as they are. */
export function jsonOf(value: Value, indent = 2): string {
  const write = (v: Value, pad: string): string => {
    if (v.kind === 'scalar') return v.type === 'text' ? JSON.stringify(v.text) : v.type === 'null' ? 'null' : v.text;
    const [open, close] = v.kind === 'map' ? ['{', '}'] : ['[', ']'];
    if (v.kids.length === 0) return open + close;
    const inner = pad + ' '.repeat(indent);
    const parts = v.kids.map((kid) => (v.kind === 'map' ? `${JSON.stringify(kid.key)}: ` : '') + write(kid.value, inner));
    if (indent === 0) return open + parts.join(', ') + close;
    return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${pad}${close}`;
  };
  return write(value, '');
}
