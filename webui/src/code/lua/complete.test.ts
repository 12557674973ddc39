import { describe as group, expect, it } from 'vitest';
import { FAKE_API } from './api.fake';
import { describe, suggest, type Knowledge } from './complete';
import { localsAt, syntaxProblems } from './parse';

const known: Knowledge = { api: FAKE_API, variables: ['token', 'basket'], place: 'step' };

const withHooks: Knowledge = { ...known, api: { ...FAKE_API, hooks: [...FAKE_API.hooks, { name: 'after', signature: 'after(res, user)', doc: '', kind: 'hook' }] } };

/** The labels at the ‸ of a text. */
function at(text: string, k: Knowledge = known): string[] {
  const place = text.indexOf('‸');
  return (suggest(text.replace('‸', ''), place, k)?.list ?? []).map((s) => s.label);
}

group('suggest', () => {
  it('knows the members of objects', () => {
    expect(at('function after(res, user)\n  res:‸\nend')).toEqual(['json']);
    expect(at('function after(res, user)\n  res.st‸\nend')).toEqual(['status', 'json', 'headers']);
    expect(at('res.headers:‸')).toEqual(['all']);
  });

  it('knows variables', () => {
    expect(at('user.vars.‸')).toEqual(['token', 'basket']);
    expect(at('local x = vars.to‸')).toEqual(['token', 'basket']);
  });

  it('knows libraries and what they have', () => {
    expect(at('local j = require("j‸")')).toEqual(['jwt', 'expect', 'shop.cart']);
    expect(at("local j = require '‸")).toEqual(['jwt', 'expect', 'shop.cart']);
    expect(at('local j = require "jwt"\nj.‸')).toEqual(['make']);
    expect(at('local cart = require("shop/cart")\nfunction f()\n  if true then cart.a‸')).toEqual(['add']);
  });

  it('knows the words of a chain', () => {
    expect(at('local expect = require "expect"\nexpect(res):status(200):‸')).toEqual(['ok']);
    expect(at('local expect = require "expect"\nexpect.‸')).toEqual([]);
    expect(at('other(res):‸')).toEqual([]);
  });

  it('knows what a request gives', () => {
    expect(at('local page = http.get{url = "/"}\npage:‸')).toEqual(['json']);
  });

  it('knows the parameters of hooks by any name', () => {
    expect(at('function after(answer, u)\n  answer:‸\nend', withHooks)).toEqual(['json']);
    expect(at('function after(answer, u)\n  u.vars.‸\nend', withHooks)).toEqual(['token', 'basket']);
    expect(at('function helper(answer)\n  answer:‸\nend', withHooks)).toEqual([]);
    expect(at('function after(answer)\nend\nlocal function helper(other)\n  other:‸', withHooks)).toEqual([]);
  });

  it('knows the keys of a request', () => {
    expect(at('http.get{‸').slice(0, 2)).toEqual(['url', 'name']);
    expect(at('http.get{url = "/", ‸').slice(0, 1)).toEqual(['name']);
    expect(at('http.get{url = ‸')).not.toContain('name');
  });

  it('knows in tests what tests have', () => {
    expect(at('equ‸', { ...known, place: 'test' })).toContain('equal');
    expect(at('equ‸', { ...known, place: 'library' })).not.toContain('equal');
  });

  it('proposes locals of the place only, before all else', () => {
    const labels = at('local outer = 1\nlocal function f(one)\n  local gone = 1\nend\nlocal function g(two)\n  local near\n  ‸\nend');
    expect(labels.slice(0, 5)).toEqual(['near', 'two', 'g', 'f', 'outer']);
    expect(labels).not.toContain('gone');
    expect(labels).toContain('check');
    expect(labels).toContain('http');
  });

  it('proposes hooks where they may stand', () => {
    expect(at('bef‸')).toContain('before');
    expect(at('set‸')).not.toContain('setup');
    expect(at('set‸', { ...known, place: 'plan' })).toContain('setup');
    expect(at('local a = bef‸')).not.toContain('before');
  });

  it('is silent after numbers', () => {
    expect(at('local a = 1.‸')).toEqual([]);
  });
});

group('describe', () => {
  it('has signature and doc of a name', () => {
    const text = 'local j = require("jwt")\nj.make({})\nres:json("$.a")';
    expect(describe(text, text.indexOf('make') + 1, known)?.signature).toBe('jwt.make(claims, key, options)');
    expect(describe(text, text.indexOf('json') + 1, known)?.doc).toBe('What the JSONPath finds.');
    expect(describe(text, 0, known)).toBeNull();
  });
});

group('parse', () => {
  it('finds a mistake with its place', () => {
    expect(syntaxProblems('local a = 1\nif a then\n')).toMatchObject([{ line: 3, warning: false }]);
    expect(syntaxProblems('x = = 2')[0]).toMatchObject({ line: 1, col: 5 });
  });

  it('takes what the server takes', () => {
    expect(syntaxProblems('goto done\n::done::')).toEqual([]);
    expect(syntaxProblems('local s = "\\d Köln 中文"\nreturn s')).toEqual([]);
    expect(syntaxProblems('')).toEqual([]);
  });

  it('still finds names behind a mistake', () => {
    expect(localsAt('local a = = 1\nlocal b, c = 1, 2\n').map((l) => l.name)).toEqual(expect.arrayContaining(['a', 'b', 'c']));
  });
});
