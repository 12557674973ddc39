import { expect, it } from 'vitest';
import { curlOf, isMasked } from './curl';

it('writes a command', () => {
  expect(curlOf({ method: 'GET', url: 'http://a/?b=1&c=2', headers: [], body_size: 0 })).toBe("curl 'http://a/?b=1&c=2'");
  const put = { method: 'PUT', url: 'http://a/', headers: [{ name: 'X-A', value: "it's" }, { name: 'Content-Length', value: '2' }, { name: 'Accept-Encoding', value: 'gzip' }], body: '{}', body_size: 2 };
  expect(curlOf(put)).toBe("curl 'http://a/' \\\n  -X PUT \\\n  -H 'X-A: it'\\''s' \\\n  -H 'Content-Type:' \\\n  --compressed \\\n  --data-raw '{}'");
});

it('writes what curl would change otherwise', () => {
  const get = (url: string) => curlOf({ method: 'GET', url, headers: [{ name: 'X-Empty', value: '' }], body_size: 0 });
  expect(get('http://a/?ids[]=1&q={x}')).toBe("curl 'http://a/?ids[]=1&q={x}' \\\n  --globoff \\\n  -H 'X-Empty;'");
  expect(get('http://a/b/../c')).toContain('--path-as-is');
  expect(get('http://a/b..c')).not.toContain('--path-as-is');
  expect(curlOf({ method: 'POST', url: 'http://a/', headers: [], body: '@file', body_size: 5 })).toBe("curl 'http://a/' \\\n  -H 'Content-Type:' \\\n  --data-raw '@file'");
});

it('says what is masked', () => {
  const request = { method: 'GET', url: 'http://a/', headers: [{ name: 'Authorization', value: 'Bearer ***' }], body_size: 0 };
  expect(isMasked(request)).toBe(true);
  expect(isMasked({ ...request, headers: [] })).toBe(false);
});
