import type { LuaApi } from '@/api/types';

/** A small API for tests, in the form of GET /lua-api. */
export const FAKE_API: LuaApi = {
  functions: [
    { name: 'check', signature: 'check(name, ok [, detail])', doc: 'False makes the request at hand a failure.', kind: 'function' },
    { name: 'http.get', signature: 'http.get{url = , name = }', doc: 'Sends a GET.', kind: 'function' },
    { name: 'res.status', signature: 'res.status', doc: '200; 0 without a response', kind: 'value' },
    { name: 'res:json', signature: 'res:json([path])', doc: 'What the JSONPath finds.', kind: 'method' },
    { name: 'res.headers:all', signature: 'res.headers:all(name)', doc: 'All headers of that name.', kind: 'method' },
    { name: 'user.vars', signature: 'user.vars.NAME', doc: 'Variables of the user.', kind: 'value' },
  ],
  hooks: [
    { name: 'before', signature: 'before(req, user)', doc: 'Before each request.', kind: 'hook' },
    { name: 'setup', signature: 'setup(vars)', doc: 'Once per run.', kind: 'hook' },
  ],
  tests: [{ name: 'equal', signature: 'equal(found, wanted)', doc: '', kind: 'function' }],
  libraries: [
    { name: 'jwt', source: 'shipped', functions: [{ name: 'jwt.make', signature: 'jwt.make(claims, key, options)', doc: 'Signs.', kind: 'function' }] },
    {
      name: 'expect', source: 'shipped',
      functions: [
        { name: 'expect', signature: 'expect(res)', doc: '', kind: 'function' },
        { name: 'expect:ok', signature: 'expect:ok()', doc: '', kind: 'method' },
      ],
    },
    { name: 'shop.cart', source: 'workspace', functions: [{ name: 'add', signature: 'add(item)', doc: '', kind: 'function' }] },
  ],
};
