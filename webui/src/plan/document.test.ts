import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parsePlan, type Path, type PlanDocument } from './index';
import { plainOf, valueOf } from './value';

const shop = `# The plan of a shop
version: 1
name: shop   # its name
defaults:  # of all
  headers: {Accept: application/json, "X-A": '1'}
  # how long
  timeout: 5s

transactions:
  # people looking
  - name: browse
    weight: 7
    steps:
      - name: list
        request:
          url: /items   # the list
          query: {page: "{{page}}"}
        check: [{status: 200}, {json: $.a, equals: 1.10}]
        script: |  # hooks
          function after(res)
          end

  # people buying
  - name: buy
    weight: 2
    steps:
      - {name: pay, request: {method: POST, url: /pay, json: {a: 1}}}
      # inside buy

load: {users: 50, duration: 2m}
thresholds:
- p95 < 1s
- failures < 1%
`;

function edited(before: string, edit: (doc: PlanDocument) => PlanDocument): string[] {
  const after = edit(parsePlan(before));
  expect(after.problems).toEqual([]);
  const a = before.split('\n');
  const b = after.text.split('\n');
  const gone = a.filter((line) => !b.includes(line)).map((line) => `-${line}`);
  return [...gone, ...b.filter((line) => !a.includes(line)).map((line) => `+${line}`)];
}

describe('set', () => {
  it.each<[string, Path, unknown, string[]]>([
    ['plain', ['name'], 'store', ['-name: shop   # its name', '+name: store   # its name']],
    ['quotes where needed', ['name'], 'a: b', ['-name: shop   # its name', '+name: "a: b"   # its name']],
    ['a text that looks like a number', ['name'], '10', ['-name: shop   # its name', '+name: "10"   # its name']],
    ['single quotes stay', ['defaults', 'headers', 'X-A'], "it's", [
      "-  headers: {Accept: application/json, \"X-A\": '1'}",
      "+  headers: {Accept: application/json, \"X-A\": 'it''s'}",
    ]],
    ['a template in braces', ['transactions', 1, 'steps', 0, 'request', 'url'], '/{{x}}', [
      '-      - {name: pay, request: {method: POST, url: /pay, json: {a: 1}}}',
      '+      - {name: pay, request: {method: POST, url: "/{{x}}", json: {a: 1}}}',
    ]],
    ['a new key in its place', ['transactions', 0, 'steps', 0, 'request', 'method'], 'PUT', ['+          method: PUT']],
    ['a new key behind another', ['transactions', 0, 'think'], '1s..2s', ['+    think: 1s..2s']],
    ['a key of a map in braces', ['load', 'spawn_rate'], 5, ['-load: {users: 50, duration: 2m}', '+load: {users: 50, spawn_rate: 5, duration: 2m}']],
    ['a map on the way', ['run', 'workers', 'count'], 2, ['+run:', '+  workers: {count: 2}']],
    ['the lines of a script', ['transactions', 0, 'steps', 0, 'script'], 'x = 1\ny = 2\n', [
      '-          function after(res)', '-          end', '+          x = 1', '+          y = 2',
    ]],
    ['a script where there was none', ['transactions', 1, 'steps', 0, 'script'], 'a\nb\n', [
      '-      - {name: pay, request: {method: POST, url: /pay, json: {a: 1}}}',
      '+      - name: pay', '+        request: {method: POST, url: /pay, json: {a: 1}}', '+        script: |', '+          a', '+          b',
    ]],
    ['nothing removes', ['transactions', 0, 'weight'], undefined, ['-    weight: 7']],
    ['the last key removes its map', ['transactions', 0, 'steps', 0, 'request', 'query', 'page'], undefined, ['-          query: {page: "{{page}}"}']],
  ])('%s', (_, path, value, lines) => {
    expect(edited(shop, (doc) => doc.set(path, value))).toEqual(lines);
  });
});

describe('lists', () => {
  it('inserts with the dashes of its neighbours', () => {
    expect(edited(shop, (doc) => doc.insert(['thresholds'], 1, 'mean < 1s'))).toEqual(['+- mean < 1s']);
    expect(parsePlan(shop).insert(['setup'], 0, { name: 'a' }).get(['setup'])).toEqual([{ name: 'a' }]);
  });

  it('inserts a transaction with an empty line between', () => {
    const doc = parsePlan(shop).insert(['transactions'], 1, { name: 'new', steps: [{ request: { url: '/' } }] });
    expect(doc.text).toContain(`          end

  - name: new
    steps:
      - {request: {url: /}}

  # people buying
  - name: buy
`);
  });

  it('moves with comments', () => {
    const doc = parsePlan(shop).move(['transactions'], 1, 0);
    expect(doc.text.indexOf('# people buying')).toBeLessThan(doc.text.indexOf('# people looking'));
    expect(doc.text.indexOf('# inside buy')).toBeLessThan(doc.text.indexOf('# people looking'));
    expect(doc.move(['transactions'], 0, 1).text).toBe(shop);
  });

  it('copies with comments', () => {
    const doc = parsePlan(shop).duplicate(['transactions'], 1);
    expect(doc.text.match(/# people buying/g)).toHaveLength(2);
    expect(doc.text.match(/# inside buy/g)).toHaveLength(2);
    expect(doc.get(['transactions', 2])).toEqual(doc.get(['transactions', 1]));
    const check: Path = ['transactions', 0, 'steps', 0, 'check'];
    expect(parsePlan(shop).duplicate(check, 0).text).toContain('check: [{status: 200}, {status: 200}, {json');
  });

  it('undoes an insert by a remove', () => {
    const doc = parsePlan(shop);
    expect(doc.duplicate(['transactions'], 0).set(['transactions', 1], undefined).text).toBe(shop);
  });
});

describe('places', () => {
  const doc = parsePlan(shop);
  it('finds values and back', () => {
    expect(doc.place(['name'])).toEqual({ line: 3, column: 7 });
    expect(doc.pathAt({ line: 3, column: 8 })).toEqual(['name']);
    expect(doc.pathAt({ line: 16, column: 20 })).toEqual(['transactions', 0, 'steps', 0, 'request', 'url']);
    expect(doc.blockStart(['transactions', 0, 'steps', 0, 'script'])).toEqual({ line: 20, column: 11 });
  });

  it('keeps the text of numbers', () => {
    expect(doc.get(['transactions', 0, 'steps', 0, 'check', 1, 'equals'])).toBe('1.10');
    expect(doc.scalar(['transactions', 0, 'steps', 0, 'check', 1, 'equals'])).toBe('1.10');
  });
});

describe('bad texts', () => {
  it.each(['a: [', 'a: b: c', '\ta: 1', 'a: &x 1', 'a: *x', '- !t a', '? a\n: b', 'a: 1\na: 2', '--- a\n--- b', '{', '"', '%YAML 1.2\n---\na: 1', 'a: |\n  x\n b', '\u0000', 'a: {b'])('%j', (text) => {
    const doc = parsePlan(text);
    expect(doc.problems.length).toBeGreaterThan(0);
    expect(doc.set(['a'], 1)).toBe(doc);
    expect(doc.insert(['a'], 0, 1)).toBe(doc);
    expect(doc.move(['a'], 0, 1)).toBe(doc);
    expect(doc.rename(['a'], 'b')).toBe(doc);
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:-[]{}",\'#|>&*!? \n\t') }), fc.string(), (text, value) => {
        const doc = parsePlan(text);
        for (const next of [doc.set(['a', 0, 'b'], value), doc.set(['a'], undefined), doc.insert(['a'], 1, value), doc.duplicate(['a'], 0)]) {
          if (next !== doc) expect(next.problems).toEqual([]);
        }
        doc.pathAt({ line: 1, column: 2 });
      }),
      { numRuns: 500 },
    );
  });
});

it('begins an empty plan', () => {
  expect(parsePlan('').set(['version'], 1).set(['name'], 'x').text).toBe('version: 1\nname: x\n');
  expect(parsePlan('# mine\n').set(['version'], 1).text).toBe('# mine\nversion: 1\n');
});

it('keeps line ends of Windows', () => {
  const doc = parsePlan(shop.replaceAll('\n', '\r\n'));
  const after = doc.set(['transactions', 0, 'steps', 0, 'script'], 'a\nb\n').set(['transactions', 0, 'pace'], '1s').duplicate(['transactions'], 0).move(['transactions'], 0, 2);
  expect(after.problems).toEqual([]);
  expect(after.text.replaceAll('\r\n', '')).not.toContain('\n');
});

it('edits JSON', () => {
  const doc = parsePlan('{"version": 1, "name": "x"}');
  const after = doc.set(['name'], 'y z').set(['run', 'seed'], 3);
  expect(JSON.parse(after.text)).toEqual({ version: 1, name: 'y z', run: { seed: 3 } });
});

// Every file of the project that is a plan, edited in many ways.
const root = join(import.meta.dirname, '../../../');
const files = ['examples', 'plan/testdata/good', 'plan/testdata/bad'].flatMap((dir) =>
  readdirSync(root + dir).filter((f) => f.endsWith('.yaml') || f.endsWith('.json')).map((f) => `${dir}/${f}`),
);

function paths(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const kids: Path[] = Array.isArray(value) ? value.flatMap((v, i) => paths(v, [...path, i])) : Object.entries(value).flatMap(([k, v]) => paths(v, [...path, k]));
  return [path, ...kids];
}

const comments = (text: string) => text.split('\n').filter((line) => line.trim().startsWith('#')).map((line) => line.trim());

describe('files of the project', () => {
  it.each(files)('%s', (file) => {
    const text = readFileSync(root + file, 'utf8');
    const doc = parsePlan(text);
    if (doc.problems.length > 0 || doc.size([]) === 0 || text.length > 20_000) return;
    const all = paths(doc.get([])).filter((path) => path.length > 0);
    const some = all.filter((_, i) => i % Math.ceil(all.length / (file.includes('/bad/') ? 4 : 25)) === 0);
    for (const path of some) {
      const was = doc.get(path);
      for (const value of ['a', 'two\nlines\n', ': {{x}} #', 7, { a: 1, b: { c: ['x'] } }]) {
        const next = doc.set(path, value);
        expect(next.problems).toEqual([]);
        expect(plainOf(valueOf(next.get(path)))).toEqual(value);
        if (typeof was !== 'object' && typeof value !== 'object') expect(comments(next.text)).toEqual(comments(text));
      }
      if (typeof was === 'object' && was !== null && !Array.isArray(was)) {
        const next = doc.set([...path, 'zzz'], 'new');
        expect(next.get(path)).toEqual({ ...was, zzz: 'new' });
        expect(comments(next.text)).toEqual(comments(text));
      }
      if (Array.isArray(was)) {
        const next = doc.insert(path, 0, { x: 'new' });
        expect(next.get(path)).toEqual([{ x: 'new' }, ...was]);
        expect(comments(next.text)).toEqual(comments(text));
        if (was.length > 1) {
          const back = doc.move(path, 0, was.length - 1);
          expect(back.get(path)).toEqual([...was.slice(1), was[0]]);
          expect(comments(back.text).sort()).toEqual(comments(text).sort());
          expect(back.move(path, was.length - 1, 0).text).toBe(text);
        }
      }
    }
  }, 60_000);
});
