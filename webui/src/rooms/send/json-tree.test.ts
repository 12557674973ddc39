import { describe, expect, it } from 'vitest';
import { parsePlan } from '@/plan';
import { checkFor, ExactNumber, keyText, openAtFirst, parseJSON, pathStep, previewOf, variableName, visibleRows } from './json-tree';

describe('JSONPath of a node', () => {
  it.each([
    ['id', '.id'], ['_a1', '._a1'], ['价格', '.价格'], [3, '[3]'], ['3', "['3']"], ['we ird', "['we ird']"], ["it's", "['it\\'s']"],
    ['a\\b', "['a\\\\b']"], ['a.b', "['a.b']"], ['', "['']"], ['x-y', "['x-y']"], ['a\nb', "['a\\nb']"], ['\u0001', "['\\u0001']"],
  ])('quotes %j as %s', (key, step) => expect(pathStep(key)).toBe(step));

  it('is made of the way to it', () => {
    const rows = visibleRows({ 'a b': [{ id: 7 }] }, new Set(['$', "$['a b']", "$['a b'][0]"]));
    expect(rows.map((r) => r.path)).toEqual(['$', "$['a b']", "$['a b'][0]", "$['a b'][0].id"]);
    expect(rows.map((r) => r.depth)).toEqual([0, 1, 2, 3]);
  });
});

describe('rows', () => {
  it('shows closed nodes without what is in them', () => {
    const [root, list] = visibleRows({ list: [1, 2, 3] }, new Set(['$']));
    expect(root).toMatchObject({ kind: 'object', open: true, size: 1 });
    expect(list).toMatchObject({ name: 'list', kind: 'array', open: false, size: 3 });
    expect(list && previewOf(list)).toBe('[3]');
  });

  it('opens at first what fits', () => {
    const many = { head: { a: 1 }, list: Array.from({ length: 1000 }, (_, i) => i) };
    expect([...openAtFirst(many)]).toEqual(['$', '$.head']);
    expect([...openAtFirst(Array.from({ length: 1000 }, () => ({ a: 1 })))]).toEqual(['$']);
  });
});

it('keeps the text of numbers', () => {
  const parsed = parseJSON('{"id":12345678901234567890,"n":2}')?.value as { id: unknown; n: unknown };
  expect(parsed.n).toBe(2);
  // Where a browser does not tell the source the number is what JSON.parse makes of it.
  if (parsed.id instanceof ExactNumber) expect(parsed.id.text).toBe('12345678901234567890');
  expect(parseJSON('{')).toBeUndefined();
});

it('names variables', () => {
  expect(variableName('$.items[0].id')).toBe('id');
  expect(variableName('$')).toBe('value');
  expect(variableName("$['x-y']")).toBe('y');
  expect(variableName('$.items[3]')).toBe('items');
});

it('names variables in any script', () => {
  expect(variableName("$['a.b']")).toBe('b');
  expect(variableName("$['中文'][0]")).toBe('中文');
  expect(variableName("$['1st']")).toBe('value_1st');
});

it('shows keys that cannot be seen', () => {
  expect(['id', '', ' x', 'a b', 'say "hi"'].map(keyText)).toEqual(['id', '""', '" x"', 'a b', '"say \\"hi\\""']);
});

it('makes checks that a plan keeps as they are', () => {
  const check = (value: unknown) => checkFor({ path: '$.a', name: 'a', depth: 1, kind: 'string', value, size: 0, open: false });
  const added = (row: Record<string, unknown>) => parsePlan('check: []\n').insert(['check'], 0, row).text;
  expect(added(check(new ExactNumber('12345678901234567890')))).toContain('equals: 12345678901234567890');
  expect(added(check('12345678901234567890'))).toMatch(/equals: ["']12345678901234567890["']/);
  expect(check('{{no variable}}')).toEqual({ json: '$.a', equals: "{{'{{'}}no variable}}" });
  expect(added(check(null))).toContain('equals: null');
});

it('makes checks', () => {
  const [root, a] = visibleRows({ a: 'x' }, new Set(['$']));
  expect(a && checkFor(a)).toEqual({ json: '$.a', equals: 'x' });
  expect(root && checkFor(root)).toEqual({ json: '$', exists: true });
});
