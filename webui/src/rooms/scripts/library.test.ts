import { expect, it } from 'vitest';
import type { ScriptInfo } from '@/api/types';
import { fileFor, foldersOf, requireName, routeOf, testOf } from './library';

const script = (path: string, source: ScriptInfo['source'] = 'workspace'): ScriptInfo => ({ path, source, size: 1, revision: 'r', problems: 0 });

it('groups libraries by folder', () => {
  const all = [script('scripts/shop/pay.lua'), script('scripts/cart.lua'), script('scripts/shop/cart.lua'), script('jwt', 'shipped')];
  expect(foldersOf(all, 'workspace').map((f) => [f.name, f.libraries.map((l) => l.file)])).toEqual([['', ['cart.lua']], ['shop', ['shop/cart.lua', 'shop/pay.lua']]]);
  expect(foldersOf(all, 'shipped')[0]?.libraries[0]?.file).toBe('jwt');
  expect(foldersOf(all, 'workspace', 'PAY')).toHaveLength(1);
});

it('names libraries', () => {
  expect(requireName('shop/cart.lua')).toBe('shop.cart');
  expect(testOf('shop/cart.lua')).toBe('shop/cart_test.lua');
  expect(testOf('cart_test.lua')).toBe('cart_test.lua');
  expect(routeOf('shop/a b.lua')).toBe('/scripts/shop/a%20b.lua');
});

it('takes names that require can find', () => {
  expect(fileFor(' scripts/shop/cart.lua ')).toBe('shop/cart.lua');
  expect(fileFor('cart')).toBe('cart.lua');
  for (const bad of ['', '../x', '/x', 'a//b', 'a b', 'a.b']) expect(fileFor(bad)).toBeUndefined();
});
