import { expect, it } from 'vitest';
import { parsePlan } from '@/plan';
import { copyItem, freeName, insertStep, isRemovable, moveBy, newStep, placeForStep, putBack, remove, renameTo } from './actions';
import { droppedAt } from '@/widgets/move-rows';
import { placeOfPath } from './problem-place';

const TEXT = `version: 1
blocks:
  log in: [{name: login, request: {url: /login}}]
transactions:
  # first
  - name: a
    steps:
      - use: log in
      - {name: x, request: {url: /x}}
  - name: b
    steps: []
`;
const doc = parsePlan(TEXT);

it('copies a transaction under a free name', () => {
  const edit = copyItem(doc, ['transactions', 0]);
  expect(edit?.path).toEqual(['transactions', 1]);
  expect(edit?.doc.scalar(['transactions', 1, 'name'])).toBe('a 2');
  expect(freeName('a 2', ['a', 'a 2'])).toBe('a 3');
});

it('moves with its comment, and not beyond the ends', () => {
  const edit = moveBy(doc, ['transactions', 0], 1);
  expect(edit?.path).toEqual(['transactions', 1]);
  expect(edit?.doc.text.indexOf('# first')).toBeGreaterThan(edit?.doc.text.indexOf('name: b') ?? 0);
  expect(moveBy(doc, ['transactions', 1], 1)).toBeUndefined();
});

it('removes, shows the neighbour, and puts back', () => {
  const edit = remove(doc, ['transactions', 0, 'steps', 1]);
  expect(edit.path).toEqual(['transactions', 0, 'steps', 0]);
  const again = putBack(edit.doc, ['transactions', 0, 'steps', 1], doc, edit.doc);
  expect(again.scalar(['transactions', 0, 'steps', 1, 'name'])).toBe('x');
  const last = remove(remove(doc, ['transactions', 0, 'steps', 0]).doc, ['transactions', 0, 'steps', 0]);
  expect(last.path).toEqual(['transactions', 0]);
});

it('puts back as it was written, also after other edits before and behind it', () => {
  const path = ['transactions', 0];
  const { doc: without } = remove(doc, path);
  const edited = without.set(['transactions', 0, 'name'], 'c');
  expect(putBack(edited, path, doc, without).text).toBe(TEXT.replace('name: b', 'name: c'));
  const more = without.set(['base_url'], 'http://h').set(['blocks', 'log in', 0, 'name'], 'sign in');
  expect(putBack(more, path, doc, without).text).toBe(TEXT.replace('name: login', 'name: sign in').replace('version: 1\n', 'version: 1\nbase_url: http://h\n'));
  const around = edited.set(['base_url'], 'http://h');
  expect(putBack(around, path, doc, without).get(path)).toEqual(doc.get(path));
});

it('removes items, blocks and else, and no list that every plan has', () => {
  expect(isRemovable({ kind: 'request', path: ['setup', 0] })).toBe(true);
  expect(isRemovable({ kind: 'block', path: ['blocks', 'log in'] })).toBe(true);
  expect(isRemovable({ kind: 'lifecycle', path: ['setup'] })).toBe(false);
  expect(isRemovable({ kind: 'blocks', path: ['blocks'] })).toBe(false);
});

it('renames a block with all that use it', () => {
  const edit = renameTo(doc, ['blocks', 'log in'], 'sign in');
  expect(edit.path).toEqual(['blocks', 'sign in']);
  expect(edit.doc.scalar(['transactions', 0, 'steps', 0, 'use'])).toBe('sign in');
});

it('adds steps behind a step, and into what has steps', () => {
  expect(placeForStep(doc, ['transactions', 0, 'steps', 0])).toEqual({ list: ['transactions', 0, 'steps'], index: 1 });
  expect(placeForStep(doc, ['transactions', 1])).toEqual({ list: ['transactions', 1, 'steps'], index: 0 });
  expect(placeForStep(doc, ['setup'])).toEqual({ list: ['setup'], index: 0 });
  expect(placeForStep(doc, [])).toBeUndefined();
  const edit = insertStep(doc, ['setup'], 0, newStep(doc, 'use', ''));
  expect(edit.doc.scalar(['setup', 0, 'use'])).toBe('log in');
});

it.each([
  [0, 2, 'before', 1],
  [0, 2, 'after', 2],
  [2, 0, 'before', 0],
  [2, 0, 'after', 1],
] as const)('drops item %i %s item %i', (from, over, side, to) => {
  expect(droppedAt(from, over, side)).toBe(to);
});

it.each([
  [['transactions', 0, 'steps', 1, 'request', 'headers', 'A'], { path: ['transactions', 0, 'steps', 1], tab: 'headers' }],
  [['setup', 0, 'else', 2, 'check', 1, 'status'], { path: ['setup', 0, 'else', 2], tab: 'checks' }],
  [['blocks', 'x', 1, 'extract', 0], { path: ['blocks', 'x', 1], tab: 'extract' }],
  [['transactions', 0, 'think'], { path: ['transactions', 0], tab: 'settings' }],
  [['load', 'users'], { section: 'load' }],
])('knows which form shows %j', (path, place) => {
  expect(placeOfPath(path)).toEqual(place);
});
