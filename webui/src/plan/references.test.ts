import { describe, expect, it } from 'vitest';
import { parsePlan, type PlanDocument } from './index';
import { renameStep, renameTransaction } from './references';
import { Rows, targetOf } from './targets';
import { defaultName } from './view';

const TEXT = `transactions:
  - name: buy # often
  - name: look
scenarios:
  - {name: a, transactions: {buy: 8, look: 1}} # both
  - {name: b, transactions: [look, buy]}
thresholds:
  - p95(buy) < 1s
  - p99(buy / order) < 2s
  - p99(buyers) < 2s
  - failures < 1%
`;

it('renames a transaction wherever it is named', () => {
  const renamed = renameTransaction(parsePlan(TEXT), ['transactions', 0], 'order now');
  expect(renamed.text).toBe(
    TEXT.replace('name: buy', 'name: order now').replace('{buy: 8', '{order now: 8').replace('[look, buy]', '[look, order now]')
      .replace('(buy)', '(order now)').replace('(buy / order)', '(order now / order)'),
  );
});

it('leaves names alone that are of another transaction', () => {
  const doc = parsePlan(TEXT.replace('name: look', 'name: buy'));
  expect(renameTransaction(doc, ['transactions', 0], 'x').text).toBe(doc.text.replace('name: buy #', 'name: x #'));
  expect(renameTransaction(parsePlan(TEXT), ['transactions', 0], 'look').text).toBe(TEXT.replace('name: buy', 'name: look'));
});


/** Thresholds of a plan, before and after. */
function renamed(rename: (doc: PlanDocument) => PlanDocument, transactions: string, rules: string[]): string[] {
  const doc = parsePlan(`${transactions}thresholds:\n${rules.map((rule) => `  - ${rule} # kept\n`).join('')}`);
  return rename(doc).text.split('\n').filter((line) => line.endsWith(' # kept')).map((line) => line.slice(4, -7));
}

const STEPS = `transactions:
  - name: look
    steps:
      - {name: items, request: {url: /items}}
      - group: assets
        steps: [{request: {url: "/logo/7?x=1"}}, {name: once, request: {url: /}}, {use: token}]
      - {name: off, enabled: false, request: {url: /}}
      - {name: twice, request: {url: /}}
      - {name: twice, request: {url: /}}
      - {name: both, request: {url: /}}
  - name: buy
    steps:
      - {name: items, request: {url: /items}}
      - group: both
        steps: [{use: token}]
  - {name: look / off, steps: []}
blocks:
  token: [{name: refresh, request: {url: /token}}]
setup: [{name: admin, request: {url: /}}]
`;
const step = (...path: (string | number)[]) => (to: string) => (doc: PlanDocument) => renameStep(doc, path, to);
const items = step('transactions', 0, 'steps', 0, 'name');

describe('what thresholds name', () => {
  it('follows a step', () => {
    expect(renamed(items('list'), STEPS, ['p95(look / items) < 1s', 'p99 scheduled ( look /  items ) < 2s over 10s abort', 'p95(buy / items) < 1s', 'p95(look) < 1s']))
      .toEqual(['p95(look / list) < 1s', 'p99 scheduled (look / list) < 2s over 10s abort', 'p95(buy / items) < 1s', 'p95(look) < 1s']);
    expect(renamed(step('setup', 0, 'name')('root'), STEPS, ['p95(admin) < 1s', 'p95((setup) / admin) < 1s'])).toEqual(['p95(root) < 1s', 'p95((setup) / root) < 1s']);
    expect(renamed(step('transactions', 0, 'steps', 2, 'name')('gone'), STEPS, ['p95(look / off) < 1s'])).toEqual(['p95(look / off) < 1s']);
  });

  it('follows a group, a step without a name, and one that is named alone', () => {
    const assets = ['transactions', 0, 'steps', 1];
    expect(renamed(step(...assets, 'group')('pictures'), STEPS, ['p95(look / assets) < 1s', 'p95(assets) < 1s'])).toEqual(['p95(look / pictures) < 1s', 'p95(pictures) < 1s']);
    expect(renamed(step(...assets, 'steps', 0, 'name')('logo'), STEPS, ['p95(look / GET /logo/{id}) < 1s'])).toEqual(['p95(look / logo) < 1s']);
    // Alone it would be another's name, too.
    expect(renamed(step(...assets, 'steps', 1, 'name')('buy'), STEPS, ['p95(once) < 1s'])).toEqual(['p95(look / buy) < 1s']);
    expect(renamed(step(...assets, 'steps', 1, 'name')(''), STEPS, ['p95(once) < 1s'])).toEqual(['p95(GET /) < 1s']);
  });

  it('follows a step of a block in each transaction that uses it', () => {
    expect(renamed(step('blocks', 'token', 0, 'name')('renew'), STEPS, ['p95(look / refresh) < 1s', 'p95(buy / refresh) < 1s', 'p95(refresh) < 1s']))
      .toEqual(['p95(look / renew) < 1s', 'p95(buy / renew) < 1s', 'p95(refresh) < 1s']);
  });

  it('stays where another step counts in that row, or would', () => {
    expect(renamed(step('transactions', 0, 'steps', 3, 'name')('thrice'), STEPS, ['p95(look / twice) < 1s'])).toEqual(['p95(look / twice) < 1s']);
    expect(renamed(items('twice'), STEPS, ['p95(look / items) < 1s'])).toEqual(['p95(look / items) < 1s']);
    expect(renamed(items('a) < 1s'), STEPS, ['p95(look / items) < 1s'])).toEqual(['p95(look / items) < 1s']);
    expect(renamed(items('list '), STEPS, ['p95(look / items) < 1s'])).toEqual(['p95(look / items) < 1s']);
  });

  it('stays where it only looks alike', () => {
    const alike = ['p95(items) < 20', 'items < 20', 'min(items) > 1', 'p95(look / items2) < 1s', 'p95(items) < 1s', 'failures < 1%', 'p95(look / items'];
    expect(renamed(items('list'), STEPS, alike)).toEqual(alike);
    const buy = (doc: PlanDocument) => renameTransaction(doc, ['transactions', 1], 'order');
    expect(renamed(buy, STEPS, ['p95(buy) < 20', 'buy < 20', 'p95(buy / made by a script) < 1s', 'p95(look / buy) < 1s'])).toEqual(['p95(buy) < 20', 'buy < 20', 'p95(order / made by a script) < 1s', 'p95(look / buy) < 1s']);
    // It is the name of a transaction, and no step of the first.
    const look = (doc: PlanDocument) => renameTransaction(doc, ['transactions', 0], 'view');
    expect(renamed(look, STEPS, ['p95(look / off) < 1s', 'p95(look / items) < 1s'])).toEqual(['p95(look / off) < 1s', 'p95(view / items) < 1s']);
  });
});

it('knows the rows of a plan as the statistics have them', () => {
  const rows = new Rows(parsePlan(STEPS));
  expect(rows.list().map((row) => targetOf(row))).toEqual([
    'look', 'look / items', 'look / assets', 'look / GET /logo/{id}', 'look / once', 'look / refresh', 'look / twice', 'look / both',
    'buy', 'buy / items', 'buy / both', 'buy / refresh', 'look / off', '(setup)', '(setup) / admin', '(user start)', '(user stop)', '(teardown)',
  ]);
});

it.each([
  ['/', 'GET /'],
  ['/items/42/reviews?page=2#top', 'GET /items/{id}/reviews'],
  ['/items/{{item}}', 'GET /items/{item}'],
  ['http://other.test', 'GET /'],
  ['http://other.test:81/x/7', 'GET /x/{id}'],
  ['/o/018f4e1c-7a1b-7c3d-8e9f-0123456789ab/lines', 'GET /o/{id}/lines'],
  ['/o/018f4e1c-7a1b-7c3d-8e9f-0123456789ag', 'GET /o/018f4e1c-7a1b-7c3d-8e9f-0123456789ag'],
  ['/{{$uuid}}/v2', 'GET /{uuid}/v2'],
  ['{{host}}/items/{{a}}', 'GET /items/{a}'],
])('calls a request to %s without a name as the program does', (url, name) => {
  expect(defaultName('', url)).toBe(name);
});
