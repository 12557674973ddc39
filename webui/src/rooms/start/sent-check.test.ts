import { parsePlan } from '@/plan';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outcome } from '../send/outcome';
import type { Settings } from '../send/plan-state';
import { keepOutcomes, verdicts } from '../send/verdicts';
import { EMPTY } from './form';
import { checkSent, placeOf, playedIn, settingsOf } from './sent-check';

const TEXT = `# shop
version: 1
name: shop
base_url: http://shop
variables: {size: 20}
setup: [{name: admin, request: {url: /admin}}]
transactions:
  - name: browse
    steps: [{name: list, request: {url: /items}}]
  - name: buy
    steps: [{name: pay, request: {url: /pay}, check: [{status: 200}]}]
load: {users: 5}
`;
const NO: Settings = { environment: '', baseUrl: '', variables: {} };

function keep(outcomes: [string, boolean][], text = TEXT, settings = NO, sent = '', at = 1): void {
  const all = outcomes.map(([transaction, ok]): Outcome => ({ transaction, ok, step: 's', kind: ok ? '' : 'check', message: '' }));
  keepOutcomes({ plan: 'shop', doc: parsePlan(text), settings, sent, at }, all);
}

function check(text = TEXT, settings = NO) {
  const { failed, elsewhere, passed, all } = checkSent(parsePlan(text), verdicts(), settings);
  return { failed: failed.map((v) => v.transaction), elsewhere: elsewhere.map((v) => v.transaction), passed: `${passed}/${all}` };
}

beforeEach(() => keep([['browse', true], ['buy', false], ['(setup)', true]]));

describe('what was sent once', () => {
  it('tells what failed, until it passes', () => {
    expect(check()).toEqual({ failed: ['buy'], elsewhere: [], passed: '1/2' });
    keep([['buy', true]], TEXT, NO, 'buy', 2);
    expect(check()).toEqual({ failed: [], elsewhere: [], passed: '2/2' });
    keep([['(setup)', false]]);
    expect(check().failed).toEqual(['(setup)']);
  });

  it('is of the plan as it was, however that is written, and whatever its load', () => {
    expect(check(TEXT.replace('# shop\n', '').replace('{users: 5}', '{users: 50, duration: 1m}').replace('name: shop', 'name: "shop"')).failed).toEqual(['buy']);
    expect(check(TEXT.replace('url: /items', 'url: /list')), 'another transaction').toEqual({ failed: ['buy'], elsewhere: [], passed: '0/2' });
    for (const [was, is] of [['url: /pay', 'url: /cart'], ['status: 200', 'status: 201'], ['size: 20', 'size: 21'], ['http://shop', 'http://other'], ['name: buy', 'name: pay'], ['url: /admin', 'url: /root']] as const) {
      expect(check(TEXT.replace(was, is)).failed, is).toEqual([]);
    }
  });

  it('only warns where the send had other settings', () => {
    for (const other of [{ ...NO, environment: 'stage' }, { ...NO, baseUrl: 'http://10.0.0.5' }, { ...NO, variables: { size: '1' } }]) {
      expect(check(TEXT, other)).toEqual({ failed: [], elsewhere: ['buy'], passed: '0/2' });
    }
    expect(check(TEXT, { ...NO, baseUrl: 'http://shop', variables: { size: '20' } }).failed, 'which only repeat the plan').toEqual(['buy']);
    expect(settingsOf({ ...EMPTY, environment: 'stage', baseUrl: ' http://x ', variables: [{ name: 'size', value: '1' }, { name: '', value: '2' }] })).toEqual({ environment: 'stage', baseUrl: 'http://x', variables: { size: '1' } });
  });

  it('says nothing of what is not played', () => {
    const off = TEXT.replace('- name: buy\n', '- name: buy\n    weight: 0\n');
    keep([['buy', false]], off);
    expect(check(off)).toEqual({ failed: [], elsewhere: [], passed: '1/1' });
    const scenarios = off.replace('load: {users: 5}', 'scenarios: [{name: one, transactions: {buy: 2}, load: {users: 1}}]');
    expect(playedIn(parsePlan(scenarios))).toEqual(['buy']);
    expect(playedIn(parsePlan(off.replace('load: {users: 5}', 'scenarios: [{name: one, load: {users: 1}}, {name: two, transactions: [buy], load: {users: 1}}]')))).toEqual(['browse', 'buy']);
  });

  it('leads to the transaction, and for setup to what it was sent with', () => {
    const of = (transaction: string, sent: string) => placeOf(parsePlan(TEXT), { ...verdicts()[0]!, transaction, sent });
    expect(of('buy', '')).toEqual(['transactions', 1]);
    expect(of('(setup)', '')).toEqual(['setup']);
    expect(of('(user start)', 'buy')).toEqual(['transactions', 1]);
  });

  it('is there after a reload', async () => {
    const before = verdicts();
    vi.resetModules();
    const again = await import('../send/verdicts');
    expect(again.verdicts()).not.toBe(before);
    expect(again.verdicts()).toEqual(before);
  });
});
