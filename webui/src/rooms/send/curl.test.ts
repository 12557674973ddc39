import { expect, it } from 'vitest';
import { curlOf } from './curl';

it('writes a command', () => {
  expect(curlOf({ method: 'GET', url: 'http://a/?b=1&c=2', headers: [], body_size: 0 })).toBe("curl 'http://a/?b=1&c=2'");
  const put = { method: 'PUT', url: 'http://a/', headers: [{ name: 'X-A', value: "it's" }, { name: 'Content-Length', value: '2' }, { name: 'Accept-Encoding', value: 'gzip' }], body: '{}', body_size: 2 };
  expect(curlOf(put)).toBe("curl 'http://a/' \\\n  -X PUT \\\n  -H 'X-A: it'\\''s' \\\n  --compressed \\\n  --data-raw '{}'");
});
