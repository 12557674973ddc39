import { describe, expect, it } from 'vitest';
import { parsePlan, type Path } from '@/plan';
import { followed, hrefOf, parseWhere, splitAddress, type Where } from './location';

const doc = parsePlan(`
version: 1
setup: [{name: s, request: {url: /s}}]
blocks: {log in: [{name: login, request: {url: /login}}]}
transactions:
  - name: a b
    steps:
      - {name: one, request: {url: /1}}
      - if: {var: x, exists: true}
        steps: [{name: two, request: {url: /2}}]
        else: [{name: three, request: {url: /3}}]
  - {name: a b, steps: []}
`);

const back = (href: string) => {
  const [location = '', search = ''] = href.split('?');
  const { rest, query } = splitAddress(location, search);
  return parseWhere(doc, rest, query);
};

it.each([
  [[], '/plans/p'],
  [['setup', 0], '/plans/p/setup?step=1'],
  [['blocks', 'log in', 0], '/plans/p/blocks/log%20in?step=1'],
  [['transactions', 0], '/plans/p/tx/a%20b'],
  [['transactions', 1], '/plans/p/tx/%402'],
  [['transactions', 0, 'steps', 1, 'else', 0], '/plans/p/tx/a%20b?step=2.e1'],
])('gives %j an address and finds it again', (path, href) => {
  expect(hrefOf(doc, 'p', { path })).toBe(href);
  expect(back(href).path).toEqual(path);
});

it('keeps section, tab and view', () => {
  expect(back(hrefOf(doc, 'p', { section: 'load' })).section).toBe('load');
  expect(back(hrefOf(doc, 'p', { section: 'environments', tab: 'stage' }))).toMatchObject({ section: 'environments', tab: 'stage' });
  expect(back(hrefOf(doc, 'p', { path: ['transactions', 0, 'steps', 0], tab: 'checks', view: 'yaml' }))).toMatchObject({ tab: 'checks', view: 'yaml' });
});

it('shows all blocks in their section', () => {
  expect(back(hrefOf(doc, 'p', { path: ['blocks'] }))).toMatchObject({ section: 'blocks', path: [] });
});

it('finds steps by the name that results give them', () => {
  expect(back('/plans/p/tx/a%20b?step=three').path).toEqual(['transactions', 0, 'steps', 1, 'else', 0]);
});

it('shows the owner of a step that is gone, and the overview for a transaction that is gone', () => {
  expect(back('/plans/p/tx/a%20b?step=9').path).toEqual(['transactions', 0]);
  expect(back('/plans/p/tx/none').section).toBe('general');
});

it('reads a query before and within the hash', () => {
  expect(splitAddress('/plans/p/tx/x?step=2', '').query.get('step')).toBe('2');
  expect(splitAddress('/plans/p%2Fq', 'step=2')).toMatchObject({ plan: 'p/q', rest: [] });
});

describe('what is shown under an address when the plan changes', () => {
  const at = (text: string, path: Path) => ({ doc: parsePlan(text), where: { path, tab: 'checks', view: 'form' as const } });
  const lost: Where = { section: 'general', path: [], tab: '', view: 'form' };
  const plan = 'transactions:\n  - name: a\n    steps: [{request: {url: /}}]\n  - name: b\nblocks:\n  x: [{request: {url: /}}]\n  y: []\n';

  it('is the same transaction under another name, and the same step of it', () => {
    const before = at(plan, ['transactions', 0, 'steps', 0]);
    expect(followed(before, parsePlan(plan.replace('name: a', 'name: ab')), lost)).toEqual(before.where);
  });

  it('is the same transaction when its name was that of another while it was typed', () => {
    const both = plan.replace('name: a', 'name: b');
    const other: Where = { path: ['transactions', 1], tab: '', view: 'form' };
    const before = at(both, ['transactions', 0]);
    expect(followed(before, parsePlan(plan.replace('name: a', 'name: bc')), other)).toEqual(before.where);
    expect(followed(before, parsePlan(both.replace('steps', 'script: x\n    steps')), other)).toBe(other);
  });

  it('is the same block under another name', () => {
    const before = at(plan, ['blocks', 'x', 0]);
    expect(followed(before, parsePlan(plan.replace('x:', 'xx:')), lost).path).toEqual(['blocks', 'xx', 0]);
  });

  it('is the overview when the transaction has gone', () => {
    const before = at(plan, ['transactions', 0]);
    expect(followed(before, parsePlan('transactions:\n  - name: b\n'), lost)).toBe(lost);
  });

  it('stays while the text is no YAML', () => {
    const before = at(plan, ['transactions', 0, 'steps', 0]);
    expect(followed(before, parsePlan(`${plan}: : :\n  - [`), lost)).toBe(before.where);
  });

  it('is what the address says as long as that is there', () => {
    const found: Where = { path: ['transactions', 1], tab: '', view: 'form' };
    expect(followed(at(plan, ['transactions', 0]), parsePlan(plan), found)).toBe(found);
  });
});

it('has names in addresses with whatever is in them', () => {
  const odd = 'a/b?c=1 #2 50% %25 中文';
  const named = parsePlan(`transactions:\n  - name: ${JSON.stringify(odd)}\n`);
  const { rest, query } = splitAddress(hrefOf(named, 'p', { path: ['transactions', 0] }), '');
  expect(parseWhere(named, rest, query).path).toEqual(['transactions', 0]);
});

it('shows the list of blocks for a block that is gone', () => {
  expect(back('/plans/p/blocks/none')).toMatchObject({ section: 'blocks', path: [] });
});
