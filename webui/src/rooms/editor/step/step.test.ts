import { expect, it } from 'vitest';
import type { Pair } from '@/plan';
import { parsePlan } from '@/plan';
import { markedIn } from '@/plan/variables';
import { rowsShown } from './pair-table';
import { completed, pieces, tokenAt, typedName } from './template';
import { fullUrl, rowsOf, withRows, withTyped } from './url-query';
import { withWay } from '../flow/repeat-form';
import { placed } from '../state/problems';

const row = (name: string, value: string, more: Partial<Pair> = {}): Pair => ({ name, value, enabled: true, note: '', ...more });

it('shows the whole URL, and leaves the query as it is written while only the rest is typed', () => {
  const target = { url: '/items?x=1', query: [row('page', '{{page}}')] };
  expect(fullUrl(target)).toBe('/items?x=1&page={{page}}');
  expect(withTyped(target, '/other?x=1&page={{page}}')).toEqual({ url: '/other?x=1', query: target.query });
});

it('takes a typed query over into the rows, with notes and rows that are off', () => {
  const target = { url: '/a', query: [row('x', '1', { note: 'why' }), row('off', '2', { enabled: false })] };
  expect(withTyped(target, '/a?x=3&y=a+b')).toEqual({ url: '/a', query: [row('x', '3', { note: 'why' }), row('off', '2', { enabled: false }), row('y', 'a b')] });
});

it('makes all parameters rows when the table is edited', () => {
  const target = { url: '/a?x=1', query: [row('y', '2')] };
  expect(withRows(target, rowsOf(target).slice(1))).toEqual({ url: '/a', query: [row('y', '2')] });
});

it('completes names within a placeholder', () => {
  expect(typedName('a {{to', 6)).toEqual({ from: 4, typed: 'to' });
  expect(typedName('a {{x}} b', 8)).toBeUndefined();
  expect(completed('a {{to}} b', 6, 4, 'token')).toEqual({ text: 'a {{token}} b', caret: 11 });
  expect(completed('{{', 2, 2, '$uuid')).toEqual({ text: '{{$uuid}}', caret: 9 });
});

it('cuts a text at its placeholders', () => {
  const text = 'a{{x}}b';
  const tokens = markedIn(text, [], parsePlan('version: 1\n'));
  expect(pieces(text, tokens).map((p) => p.text)).toEqual(['a', '{{x}}', 'b']);
  expect(tokenAt(tokens, 3)?.problem).toBe('unknown');
  expect(tokenAt(tokens, 7)).toBeUndefined();
});

it('keeps the pause when a repeat becomes another kind', () => {
  const doc = parsePlan('version: 1\nsetup:\n  - repeat: {times: 3, every: 2s}\n    steps: []\n');
  const at = ['setup', 0, 'repeat'];
  expect(withWay(doc, at, 'each').get(at)).toEqual({ each: 'items', as: 'item', every: '2s' });
});

it('places problems by the path that the master gives', () => {
  const doc = parsePlan('version: 1\nsetup:\n  - {name: a, request: {url: /x}}\n');
  const problem = { file: '', line: 3, col: 5, path: 'setup[0].request.url', message: '', hint: '', source: '', warning: false };
  expect(placed(doc, [problem])[0]?.at).toEqual(['setup', 0, 'request', 'url']);
  expect(placed(doc, [{ ...problem, path: 'load', line: 1 }])[0]?.at).toEqual(['load']);
});

it('shows the first of many rows, those that were added, and the empty one', () => {
  expect(rowsShown(3, 3, false)).toEqual([0, 1, 2, 3]);
  expect(rowsShown(300, 300, false)).toEqual([...Array(50).keys(), 300]);
  expect(rowsShown(302, 300, false).slice(50)).toEqual([300, 301, 302]);
  expect(rowsShown(299, 300, false).slice(50)).toEqual([299]);
  expect(rowsShown(300, 300, true)).toHaveLength(301);
});
