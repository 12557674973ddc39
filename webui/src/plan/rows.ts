// Rows of the tables "extract" and "check", and conditions, which use the words of checks.

import type { Path, PlanDocument } from './types';
import { parseJson } from './json';
import { inOrder, textFor } from './pairs';
import { wordOf } from './value';

export const extractSources = ['json', 'xpath', 'css', 'regex', 'header', 'cookie'] as const;
export type ExtractSource = (typeof extractSources)[number];

const extractKeys: readonly string[] = ['name', ...extractSources, 'attr', 'group', 'pick', 'optional', 'default'];

export interface ExtractRow {
  path: Path;
  name: string;
  source: ExtractSource;
  expression: string;
  /** first (also when not given), last, random, all, or a number from 1. */
  pick: string;
  attr: string;
  group: string;
  optional: boolean;
  /** undefined: none. */
  fallback: string | undefined;
}

export function extractsAt(doc: PlanDocument, step: Path): ExtractRow[] {
  const list = [...step, 'extract'];
  return Array.from({ length: doc.size(list) }, (_, i) => {
    const path = [...list, i];
    const at = (key: string) => doc.scalar([...path, key]);
    const source = extractSources.find((s) => at(s) !== undefined) ?? 'json';
    return {
      path,
      name: at('name') ?? '',
      source,
      expression: at(source) ?? '',
      pick: at('pick') ?? '',
      attr: at('attr') ?? '',
      group: at('group') ?? '',
      optional: at('optional') === 'true',
      fallback: at('default') ?? doc.json([...path, 'default'], 0),
    };
  });
}

/** Writes one row; index = number of rows adds it. */
export function setExtract(doc: PlanDocument, step: Path, index: number, row: Omit<ExtractRow, 'path'>): PlanDocument {
  const path = [...step, 'extract', index];
  return doc.set(path, inOrder(doc.keys(path), {
    ...unknownIn(doc, path, extractKeys),
    name: row.name,
    [row.source]: row.expression,
    attr: row.source === 'css' && row.attr !== '' ? row.attr : undefined,
    group: row.source === 'regex' && row.group !== '' ? wordOf(row.group) : undefined,
    pick: row.pick === '' || (row.pick === 'first' && doc.get([...path, 'pick']) === undefined) ? undefined : wordOf(row.pick),
    optional: row.optional || (doc.get([...path, 'optional']) !== undefined ? false : undefined),
    default: row.fallback === undefined ? undefined : valueFrom(doc, [...path, 'default'], row.fallback),
  }));
}

/** Entries of a row that no field shows: they stay as they are. */
function unknownIn(doc: PlanDocument, path: Path, known: readonly string[]): Record<string, unknown> {
  const keys = doc.keys(path).filter((key) => !known.includes(key));
  return Object.fromEntries(keys.map((key) => [key, parseJson(doc.json([...path, key], 0) ?? 'null').value]));
}

/** A list or map as it is in the plan, with the text of its numbers. */
function structureAt(doc: PlanDocument, path: Path): unknown {
  const json = doc.scalar(path) === undefined ? doc.json(path, 0) : undefined;
  return json === undefined ? undefined : parseJson(json).value;
}

/** What a field says of a value. A list or map is shown as JSON, and stays one while that is what the field says. */
function valueFrom(doc: PlanDocument, path: Path, text: string): unknown {
  const structure = structureAt(doc, path) === undefined ? undefined : parseJson(text).value;
  return structure instanceof Map || Array.isArray(structure) ? structure : textFor(doc, path, text);
}

/** Takes an item out of a list; the last one takes the list with it. */
export function removeItem(doc: PlanDocument, list: Path, index: number): PlanDocument {
  return doc.size(list) === 1 && index === 0 ? doc.set(list, undefined) : doc.set([...list, index], undefined);
}

/** What a check looks at. Those of the first line have their words below them, the rest beside them. */
export const checkSubjects = ['status', 'size', 'body', 'latency', 'json', 'xpath', 'css', 'header', 'cookie', 'var', 'regex'] as const;
export type CheckSubject = (typeof checkSubjects)[number];

const below = new Set<CheckSubject>(['size', 'body', 'latency']);
export const expressionSubjects: ReadonlySet<CheckSubject> = new Set<CheckSubject>(['json', 'xpath', 'css', 'header', 'cookie', 'var', 'regex']);

export const operators = ['equals', 'not', 'gt', 'ge', 'lt', 'le', 'in', 'between', 'contains', 'not_contains', 'matches', 'exists'] as const;
export type Operator = (typeof operators)[number];

/** The operators that make sense for a subject. */
export function operatorsFor(subject: CheckSubject): readonly Operator[] {
  switch (subject) {
    case 'status':
      return ['in'];
    case 'size':
    case 'latency':
      return ['equals', 'not', 'gt', 'ge', 'lt', 'le', 'in', 'between'];
    case 'regex':
      return ['exists'];
    default:
      return operators;
  }
}

/** One comparison. Several in one check must all hold. */
export interface Test {
  operator: Operator;
  /** In and between: items with commas between; see listText. */
  value: string;
  /** The comparison is of how many were found. */
  count: boolean;
}

export interface CheckRow {
  path: Path;
  subject: CheckSubject;
  /** JSONPath, selector, name of header, cookie or variable, or pattern. */
  expression: string;
  tests: Test[];
  warn: boolean;
}

export function checksAt(doc: PlanDocument, step: Path): CheckRow[] {
  const list = [...step, 'check'];
  return Array.from({ length: doc.size(list) }, (_, i) => checkAt(doc, [...list, i]));
}

function checkAt(doc: PlanDocument, path: Path): CheckRow {
  const keys = doc.keys(path);
  const subject = checkSubjects.find((s) => keys.includes(s)) ?? 'status';
  const expression = expressionSubjects.has(subject) ? (doc.scalar([...path, subject]) ?? '') : '';
  const warn = doc.scalar([...path, 'warn']) === 'true';
  return { path, subject, expression, warn, tests: subject === 'status' ? [statusTest(doc, path)] : testsAt(doc, below.has(subject) ? [...path, subject] : path) };
}

function statusTest(doc: PlanDocument, path: Path): Test {
  const at = [...path, 'status'];
  const value = doc.size(at) > 0 ? listText(doc, at) : (doc.scalar(at) ?? '');
  return { operator: 'in', value, count: false };
}

/** The comparisons that stand in the map at path. */
function testsAt(doc: PlanDocument, path: Path, count = false): Test[] {
  const own = doc.keys(path).filter((key): key is Operator => (operators as readonly string[]).includes(key));
  const tests = own.map((operator) => ({ operator, value: operandAt(doc, [...path, operator]), count }));
  return count ? tests : [...tests, ...testsAt(doc, [...path, 'count'], true)];
}

function operandAt(doc: PlanDocument, path: Path): string {
  return doc.scalar(path) ?? (Array.isArray(doc.get(path)) ? listText(doc, path) : (doc.json(path, 0) ?? ''));
}

/** Items with ", " between; one that holds a comma or is a text like a number has quotes. */
export function listText(doc: PlanDocument, path: Path): string {
  return Array.from({ length: doc.size(path) }, (_, i) => {
    const text = doc.scalar([...path, i]) ?? doc.json([...path, i], 0) ?? '';
    const doubtful = /^\s|\s$|[,"]/.test(text) || text === '' || (doc.quoted([...path, i]) && typeof wordOf(text) !== 'string');
    return doubtful && doc.scalar([...path, i]) !== undefined ? JSON.stringify(text) : text;
  }).join(', ');
}

/** The items of such a text. */
export function listOf(text: string): unknown[] {
  return itemsOf(text).filter((item) => item !== '').map((item) => {
    const quoted = item.startsWith('"') || item.startsWith('[') || (item.startsWith('{') && !item.startsWith('{{'));
    const value = quoted ? parseJson(item).value : undefined;
    return value ?? wordOf(item);
  });
}

/** A text cut at its commas, without those within quotes, brackets and braces. */
function itemsOf(text: string): string[] {
  const items = [''];
  let depth = 0;
  for (const [piece] of text.matchAll(/"(?:[^"\\]|\\.)*"|[^]/g)) {
    if (piece === '[' || piece === '{') depth++;
    if (piece === ']' || piece === '}') depth--;
    if (piece === ',' && depth <= 0) items.push('');
    else items[items.length - 1] += piece;
  }
  // What is never closed is text.
  return (depth > 0 ? text.split(',') : items).map((item) => item.trim());
}

/** Writes one row; index = number of rows adds it. */
export function setCheck(doc: PlanDocument, step: Path, index: number, row: Omit<CheckRow, 'path'>): PlanDocument {
  const path = [...step, 'check', index];
  const out = new Map<string, unknown>();
  const warn = row.warn || (doc.get([...path, 'warn']) !== undefined ? false : undefined);
  if (row.subject === 'status') {
    const text = row.tests[0]?.value ?? '';
    const items = listOf(text);
    const list = items.length !== 1 || Array.isArray(doc.get([...path, 'status']));
    const kept = text === statusTest(doc, path).value ? structureAt(doc, [...path, 'status']) : undefined;
    out.set('status', kept ?? (list ? items : items[0]));
  } else {
    const at = below.has(row.subject) ? [...path, row.subject] : path;
    const tests = testMap(doc, at, row.tests);
    if (below.has(row.subject)) out.set(row.subject, tests);
    else {
      out.set(row.subject, row.expression);
      for (const [key, value] of tests) out.set(key, value);
    }
  }
  out.set('warn', warn);
  const known = [...checkSubjects, ...operators, 'count', 'warn'];
  return doc.set(path, inOrder(doc.keys(path), { ...unknownIn(doc, path, known), ...Object.fromEntries(out) }));
}

/** The comparisons as they stand in a plan, for checks and conditions. */
function testMap(doc: PlanDocument, path: Path, tests: readonly Test[]): Map<string, unknown> {
  const out = new Map<string, unknown>();
  for (const test of tests.filter((t) => !t.count)) out.set(test.operator, operandFor(doc, [...path, test.operator], test));
  const counts = tests.filter((t) => t.count);
  if (counts.length > 0) out.set('count', new Map(counts.map((t) => [t.operator, operandFor(doc, [...path, 'count', t.operator], t)])));
  return out;
}

function operandFor(doc: PlanDocument, path: Path, test: Test): unknown {
  if (operandAt(doc, path) === test.value) {
    const kept = structureAt(doc, path);
    if (kept !== undefined) return kept;
  }
  if (test.operator === 'in' || test.operator === 'between') return listOf(test.value);
  if (test.operator === 'exists') return test.value !== 'false';
  if (test.operator === 'matches') return test.value;
  return valueFrom(doc, path, test.value);
}

/** A condition: of `if`, or of `repeat.until`. */
export interface Condition {
  variable: string;
  tests: Test[];
}

export function conditionAt(doc: PlanDocument, path: Path): Condition {
  return { variable: doc.scalar([...path, 'var']) ?? '', tests: testsAt(doc, path) };
}

export function setCondition(doc: PlanDocument, path: Path, condition: Condition): PlanDocument {
  const out = { ...unknownIn(doc, path, ['var', ...operators, 'count']), var: condition.variable, ...Object.fromEntries(testMap(doc, path, condition.tests)) };
  return doc.set(path, inOrder(doc.keys(path), out));
}
