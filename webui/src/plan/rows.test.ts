import { describe, expect, it } from 'vitest';
import { parsePlan } from './index';
import { checksAt, conditionAt, extractsAt, listOf, setCheck, setCondition, setExtract } from './rows';

const TEXT = `transactions:
  - name: a
    steps:
      - name: x
        request: {url: /}
        extract:
          - {name: v, json: $.a, default: {k: 1.10}} # c
          - {name: w, json: $.a, default: "5"}
          - {name: n, json: $.a, default: null}
          - {name: z, json: $.a, default: 1.10, pick: 2}
          - {name: q, colour: [blue, 1.0], json: $.a}
        check:
          - {json: $.x, equals: {a: 1.0}}
          - {json: $.y, equals: null}
          - {json: $.z, equals: "5", not: [1, 2]}
          - {json: $.z, in: [[1, 2], "a,b", "5", 5, null, {a: 1}]}
          - {status: [2xx, 404]}
          - {size: {ge: 10, lt: 1e3}}
          - warn: false # first
            latency: {between: [1ms, 2s]}
          - {json: "$.items[*]", count: {ge: 1, le: 5}}
          - {regex: "a(b)", exists: false}
          - {status: {in: [200, 201]}}
          - {json: $.x, colour: blue, equals: 1}
      - if: {in: [[1], 2], var: state}
        steps: []
`;
const doc = parsePlan(TEXT);
const step = ['transactions', 0, 'steps', 0];

describe('a row that is edited', () => {
  it('of an extraction changes nothing but what was edited', () => {
    extractsAt(doc, step).forEach((row, i) => {
      expect(setExtract(doc, step, i, { ...row, name: `${row.name}1` }).text).toBe(TEXT.replace(`name: ${row.name},`, `name: ${row.name}1,`));
    });
  });

  it('of a check changes nothing but what was edited', () => {
    const rows = checksAt(doc, step);
    expect(rows).toHaveLength(11);
    rows.forEach((row, i) => {
      expect(setCheck(doc, step, i, row).text).toBe(TEXT);
      const warned = setCheck(doc, step, i, { ...row, warn: true });
      expect(warned.get([...row.path, 'warn'])).toBe(true);
      expect(setCheck(warned, step, i, { ...row, warn: false }).set([...row.path, 'warn'], doc.get([...row.path, 'warn'])).text).toBe(TEXT);
    });
  });

  it('of a condition keeps what it compares with', () => {
    const path = ['transactions', 0, 'steps', 1, 'if'];
    expect(setCondition(doc, path, { ...conditionAt(doc, path), variable: 'phase' }).text).toBe(TEXT.replace('var: state', 'var: phase'));
  });

  it('compares with a structure while that is what is typed', () => {
    const row = checksAt(doc, step)[0]!;
    const typed = (value: string) => setCheck(doc, step, 0, { ...row, tests: [{ operator: 'equals', value, count: false }] }).get([...row.path, 'equals']);
    expect(typed('{"a": 2}')).toEqual({ a: 2 });
    expect(typed('{"a": ')).toBe('{"a": ');
  });
});

it.each([
  ['200, 2xx', [200, '2xx']],
  ['"a,b", c', ['a,b', 'c']],
  ['{{x}}, "5"', ['{{x}}', '5']],
  ['a "b, c', ['a "b', 'c']],
  ['[1, b', ['[1', 'b']],
  [', ,', []],
])('reads the items of %s', (text, items) => {
  const list = parsePlan('a: [x]').set(['a'], listOf(text)).get(['a']);
  expect(list).toEqual(items);
});
