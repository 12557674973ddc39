import { expect, it } from 'vitest';
import { parsePlan } from '@/plan';
import { hrefOf, parseWhere, splitAddress } from './location';

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
