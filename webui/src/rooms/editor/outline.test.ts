import { expect, it } from 'vitest';
import { parsePlan } from '@/plan';
import { closedAround, closedAtFirst, lineOf, outline, visible, type OutlineNode } from './outline';
import { SECTIONS } from './sections';
import { lineTyped, target } from './tree/use-tree-keys';

const doc = parsePlan(`
version: 1
transactions:
  - {name: browse, weight: 3, steps: [{request: {url: "/items?x=1"}}, {group: g, steps: [{name: in, request: {method: post, url: /}}]}]}
  - {name: buy, weight: 1, steps: []}
  - {name: off, enabled: false, steps: []}
`);
const root = outline(doc, 'plan');
const label = (n: OutlineNode) => n.label || n.id;
const ids = (closed: string[] = [], filter = '') => visible(root, new Set(closed), filter).map((l) => l.node.id);

it('has shares of the weights that are on', () => {
  expect(root.children.filter((n) => n.kind === 'transaction').map((n) => n.share)).toEqual([0.75, 0.25, 0]);
});

it('names requests without a name after method and path', () => {
  expect(root.children.find((n) => n.label === 'browse')?.children.map((n) => n.label)).toEqual(['GET /items', 'g']);
});

it('hides what is in closed nodes, and shows what a filter finds', () => {
  expect(ids(['transactions/0'])).not.toContain('transactions/0/steps/0');
  expect(ids(['transactions/0'], 'in')).toContain('transactions/0/steps/1/steps/0');
  expect(ids([], 'post')).not.toContain('transactions/1');
});

it('moves with the keys of a tree', () => {
  const lines = visible(root, new Set(), '');
  const at = lines.findIndex((l) => l.node.id === 'transactions/0/steps/0');
  expect(target(lines, at, 'ArrowLeft')?.node.id).toBe('transactions/0');
  expect(target(lines, at, 'ArrowDown')?.node.id).toBe('transactions/0/steps/1');
  expect(target(lines, at, 'ArrowRight')).toBeUndefined();
  expect(target(lines, at, 'End')?.node.id).toBe('blocks');
  expect(lineTyped(lines, at, 'bu', label)?.node.label).toBe('buy');
  expect(lineTyped(lines, at, 'b', label)?.node.label).toBe('buy');
});

it('has a line for each part of the settings, which shows the problems of its keys', () => {
  const settings = root.children.find((n) => n.kind === 'settings');
  expect(settings?.children.find((n) => n.section === 'load')?.about).toEqual([['load'], ['scenarios'], ['measure']]);
  expect(settings?.children.some((n) => n.section === 'general')).toBe(false);
});

it('has a line for what is shown, and opens what that is within', () => {
  const all = visible(root, new Set(), '').map((l) => l.node.id);
  for (const section of SECTIONS) expect(all).toContain(lineOf({ section, path: [] }));
  const closed = new Set(['settings', 'transactions/0', 'transactions/1']);
  expect(ids([...closed])).not.toContain('settings/load');
  expect([...closedAround(closed, lineOf({ section: 'load', path: [] }))]).toEqual(['transactions/0', 'transactions/1']);
  expect([...closedAround(closed, 'transactions/1/steps/0')]).toEqual(['settings', 'transactions/0']);
  expect(closedAround(closed, 'transactions/0')).toBe(closed);
});

it('begins with the steps of few transactions, and without those of many', () => {
  const plan = (n: number) => parsePlan(`transactions:\n${'  - {name: t, steps: []}\n'.repeat(n)}`);
  expect([...closedAtFirst(plan(40))]).toEqual(['settings']);
  expect(closedAtFirst(plan(41)).has('transactions/40')).toBe(true);
});
