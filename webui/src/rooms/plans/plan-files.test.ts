import { parsePlan } from '@/plan';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PlanInfo } from '@/api/types';
import { duplicate, freeName, nameOfFile, newPlan, rename, transactionCount, withName } from './plan-files';

describe('names of plans', () => {
  it('come from files', () => {
    expect(nameOfFile('shop.yaml')).toBe('shop');
    expect(nameOfFile('C:\\plans\\my shop.YML')).toBe('my shop');
    expect(nameOfFile('.yaml')).toBe('plan');
  });

  it('are free, whatever the case of letters: file systems do not tell them apart everywhere', () => {
    expect(freeName('shop', [])).toBe('shop');
    expect(freeName('Shop', ['shop', 'shop 2'])).toBe('Shop 3');
  });

  it('survive in a new plan', () => {
    const doc = parsePlan(newPlan('a "quoted": name'));
    expect(doc.problems).toEqual([]);
    expect(doc.get(['name'])).toBe('a "quoted": name');
  });
});

const SHOP = '# of us all\nversion: 1\nname:   shop   # as its file\ntransactions: []\n';

describe('a plan in another file', () => {
  const calls: { call: string; text?: string; match: string | null }[] = [];
  const info: PlanInfo = { name: 'shop', revision: 'r1', modified: '', size: 1, description: '', transactions: [], problems: [] };
  const master = (text: string) => vi.stubGlobal('fetch', (url: string, init: RequestInit = {}) => {
    const { text: sent } = JSON.parse(String(init.body ?? '{}')) as { text?: string };
    calls.push({ call: `${init.method ?? 'GET'} ${decodeURIComponent(url)}`, text: sent, match: new Headers(init.headers).get('If-Match') });
    return Promise.resolve(new Response(JSON.stringify({ name: '', revision: 'r2', text: sent ?? text, problems: [] })));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    calls.length = 0;
  });

  it('is called as that where it was called as its own, whatever else is in it', async () => {
    expect(await withName(SHOP, 'shop', 'the store')).toBe(SHOP.replace('shop', 'the store'));
    expect(await withName(SHOP, 'shop', '10')).toBe(SHOP.replace('shop', '"10"'));
    expect(await withName('{"version": 1, "name": "shop"}', 'shop', 'x')).toBe('{"version": 1, "name": "x"}');
    for (const text of [SHOP.replace('shop', 'Shop of ours'), 'version: 1\n', 'name: shop\n  no: [yaml', '']) expect(await withName(text, 'shop', 'x')).toBe(text);
  });

  it('is renamed first, and then in its text', async () => {
    master(SHOP);
    await rename(info, 'store');
    expect(calls).toEqual([
      { call: 'POST /api/v1/plans/shop/rename', text: undefined, match: '"r1"' },
      { call: 'PUT /api/v1/plans/store', text: SHOP.replace('shop', 'store'), match: '"r2"' },
    ]);
  });

  it('is left as it is where it has a name of its own', async () => {
    master(SHOP.replace('shop', 'ours'));
    await rename(info, 'store');
    expect(calls.map((c) => c.call)).toEqual(['POST /api/v1/plans/shop/rename']);
  });

  it('is a copy with its own name', async () => {
    master(SHOP);
    await duplicate(info, 'shop 2');
    expect(calls.at(-1)).toEqual({ call: 'PUT /api/v1/plans/shop 2', text: SHOP.replace('shop', 'shop 2'), match: null });
  });
});

it('counts no transactions of a plan that cannot be read, and says so', () => {
  const problem = (warning: boolean) => ({ message: '', warning }) as PlanInfo['problems'][number];
  expect(transactionCount({ transactions: [], problems: [problem(false)] })).toBe('–');
  expect(transactionCount({ transactions: ['a'], problems: [problem(true)] })).toBe('1');
  expect(transactionCount({ transactions: [], problems: [] })).toBe('0');
});
