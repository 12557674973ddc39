import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseTree, parseWhole, type Tree } from './tree';

// What is read in pieces must be what the YAML package reads from the whole: nodes,
// places, problems.

const runs = Number(process.env.PLAN_RUNS ?? 400);
const root = join(import.meta.dirname, '../../..');

function same(text: string, known?: Tree, size?: number): Tree {
  const tree = parseTree(text, known?.pieces, size);
  const whole = parseWhole(text);
  expect({ root: tree.root, problems: tree.problems }, text).toEqual({ root: whole.root, problems: whole.problems });
  return tree;
}

const words = [
  'a:', 'b: 1', 'a: x', 'name: "q"', "'k k': 'x'", 'c: {a: 1, b: [x]}', 'd: [1,', 'e: {x: 1,', '2]', '}', ']', 'y: 2}', '- x', '- a: 1', '- a:', '-', '- - x', '- {a: 1}', '- |',
  '- "two', 'lines"', "f: 'two", "lines'", 'g: |', 'g: |-', 'g: |+', 'g: >', 'g: |2', 'g: |1+', 'text', '# note', 'h: x # note', 'i: # note', 'a b: c', 'k: a: b', '? x', ': y', '&a', 'j: &a 1', 'j: *a', '<<: x',
  'l: !t x', '---', '...', '%YAML 1.2', 'm: - x', 'n:  |', '"k": |', '"k":', 'true:', '404: x', 'o: [', '\tx', 'p:\t1', '', ' ', '-  a: 1', '-\ta: 1', 'q: a', '\ufeffa: 1', '- b: |', '- b:', '-   # note', '- # note', 'a:# x', 'a:x', '@x', '`', 'é: 1', 'r: {', 's: ""', '{}', '[]', '- []', '"', "'", 'a: "',
];
const line = fc.tuple(fc.nat(6), fc.constantFrom(...words)).map(([n, word]) => ' '.repeat(n) + word);
const steady = fc.tuple(fc.constantFrom(0, 0, 0, 2, 2, 4), fc.constantFrom(...words.slice(0, 48))).map(([n, word]) => ' '.repeat(n) + word);

it.each([['of all kinds', line], ['that often fit', steady]])('reads lines %s as the whole', (_, lines) => {
  fc.assert(
    fc.property(fc.array(lines, { maxLength: 9 }), fc.constantFrom('\n', '\n', '\r\n'), fc.boolean(), (all, newline, ended) => {
      same(all.join(newline) + (ended ? newline : ''), undefined, 0);
    }),
    { numRuns: runs * 2 },
  );
}, 60_000);

const folders = ['examples', 'plan/testdata/good', ...(process.env.PLAN_RUNS ? ['plan/testdata/bad'] : [])];
const plans = folders
  .map((folder) => join(root, folder))
  .flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
  .filter((file) => /\.(ya?ml|json)$/.test(file));

it.each(plans)('reads %s, and what becomes of it, as the whole', (file) => {
  const text = readFileSync(file, 'utf8');
  const sizes = [0, undefined] as const;
  for (const size of sizes) {
    let tree = same(text, undefined, size);
    let now = text;
    fc.assert(
      fc.property(fc.nat(), fc.nat(30), fc.constantFrom('', 'x', '\n', ' ', '  ', '"', ': ', '\n- ', '\n  - ', '#', '|', '{', '}', '[', 'a: 1\n', '\n\n'), fc.boolean(), (where, length, put, keep) => {
        const from = where % (now.length + 1);
        const next = now.slice(0, from) + put + now.slice(from + (length > 8 ? 0 : length));
        const read = same(next, tree, size);
        if (!keep || read.problems.length > 0) return;
        [tree, now] = [read, next];
      }),
      { numRuns: Math.ceil(runs / 40), endOnFailure: true },
    );
  }
}, 60_000);
