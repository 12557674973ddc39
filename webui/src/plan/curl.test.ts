import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { below, parseCurl } from './curl';
import { shellQuoted, wordsOf } from './shell';

const pairs = (rows: { name: string; value: string }[] | undefined) => rows?.map((r) => `${r.name}=${r.value}`);

describe('parseCurl', () => {
  it('reads what browsers copy', () => {
    const got = parseCurl(`curl 'https://shop.example/api/items?q=a%20b&q=2' \\
  -X 'PUT' \\
  -H 'accept: application/json' \\
  -H 'content-type: application/json' -H 'Content-Length: 5' \\
  -H 'cookie: a=b' \\
  --data-raw $'{"a":"it\\'s","n":1.10}' \\
  --compressed --insecure`)!;
    expect(got.ignored).toEqual([]);
    expect(got.request).toMatchObject({ method: 'PUT', url: 'https://shop.example/api/items', insecure: true, body: { kind: 'json', json: '{"a":"it\'s","n":1.10}' } });
    expect(pairs(got.request.query)).toEqual(['q=a b', 'q=2']);
    expect(pairs(got.request.headers)).toEqual(['accept=application/json', 'cookie=a=b']);
  });

  it('reads cmd.exe', () => {
    const got = parseCurl('curl "https://h/x?a=1^&b=2" ^\r\n  -H "X-A: b c" ^\r\n  --data-raw "^{\\"k\\":\\"v^%^\\"^}"')!;
    expect(got.request.url).toBe('https://h/x');
    expect(pairs(got.request.query)).toEqual(['a=1', 'b=2']);
    expect(got.request.body).toEqual({ kind: 'json', json: '{"k":"v%"}' });
  });

  it('joins data', () => {
    const got = parseCurl("curl h -d a=1 -d b=2 --data-urlencode 'c=x y&z' -d '@more'")!;
    expect(got.request.body?.kind).toBe('file');
    const form = parseCurl("curl h -d a=1 -d b=2 --data-urlencode 'c=x y&z'")!;
    expect(form.request.method).toBe('POST');
    expect(pairs(form.request.body?.form)).toEqual(['a=1', 'b=2', 'c=x y&z']);
  });

  it('moves data into the query with -G', () => {
    const got = parseCurl('curl -G http://h/s?x=0 -d a=1 --data-urlencode "q=b c"')!;
    expect(got.request).toMatchObject({ method: 'GET', body: { kind: 'none' } });
    expect(pairs(got.request.query)).toEqual(['x=0', 'a=1', 'q=b c']);
  });

  it('reads parts, accounts and the rest', () => {
    const got = parseCurl("curl -sSkL -u me:se:cret -F 'a=1' -F 'f=@x/y.pdf;type=application/pdf;filename=z.pdf' -A agent -e http://ref -x proxy:3128 -m 5 --cacert ca.pem https://h/up")!;
    expect(got.request).toMatchObject({
      method: 'POST', auth: { kind: 'basic', user: 'me', password: 'se:cret' }, insecure: true, proxy: 'http://proxy:3128', timeout: '5s',
      body: { kind: 'multipart', parts: [{ name: 'a', kind: 'value', content: '1' }, { name: 'f', kind: 'file', content: 'x/y.pdf', type: 'application/pdf', filename: 'z.pdf' }] },
    });
    expect(got.request.followRedirects).toBeUndefined();
    expect(got.ignored).toEqual(['--cacert ca.pem']);
    expect(pairs(got.request.headers)).toEqual(['User-Agent=agent', 'Referer=http://ref']);
  });

  it('knows text, heads, --json and bearer tokens', () => {
    expect(parseCurl("curl h -H 'Content-Type: text/xml' -d '<a/>'")!.request).toMatchObject({ body: { kind: 'text', text: '<a/>', type: 'text/xml' }, headers: [] });
    expect(parseCurl('curl -I h')!.request.method).toBe('HEAD');
    expect(parseCurl("curl --json '{\"a\":1}' h -H 'Authorization: Bearer t'")!.request).toMatchObject({ method: 'POST', body: { kind: 'json' }, auth: { kind: 'bearer', token: 't' } });
    expect(parseCurl("curl h -d '{\"a\":\"{{x}}\"}'")!.request.body?.kind).toBe('json');
  });

  it('reads options with = and line ends behind spaces', () => {
    const got = parseCurl("curl --request=PUT --header='A: b' \\  \n  --url=http://h/x \\\t\r\n -H 'C: d'")!;
    expect(got.request).toMatchObject({ method: 'PUT', url: 'http://h/x' });
    expect(pairs(got.request.headers)).toEqual(['A=b', 'C=d']);
    expect(got.ignored).toEqual([]);
  });

  it('adds --url-query wherever it stands', () => {
    const got = parseCurl("curl --url-query 'a=b c' 'http://h/x?y=1'")!;
    expect(got.request.url).toBe('http://h/x');
    expect(pairs(got.request.query)).toEqual(['y=1', 'a=b c']);
  });

  it('gives an uploaded file no type of its own, and --json what it asks for', () => {
    expect(parseCurl('curl -T a.bin http://h/up')!.request.body).toMatchObject({ kind: 'file', file: 'a.bin', type: '' });
    expect(pairs(parseCurl("curl --json '{}' http://h")!.request.headers)).toEqual(['Accept=application/json']);
    expect(pairs(parseCurl("curl --json '{}' -H 'accept: text/html' http://h")!.request.headers)).toEqual(['accept=text/html']);
  });

  it('is told from base_url where it is below that', () => {
    const url = (base: string, url: string) => below(base, { url }).url;
    expect(url('http://h:80/api/', 'http://H:80/api/items')).toBe('/items');
    expect(url('http://h', 'http://h')).toBe('/');
    expect(url('http://h', 'http://h:81/x')).toBe('http://h:81/x');
    expect(url('http://h/api', 'http://h/apis')).toBe('http://h/apis');
    expect(url('{{base}}', '{{base}}/x')).toBe('{{base}}/x');
    expect(url('', 'http://h/x')).toBe('http://h/x');
  });

  it('refuses what is none', () => {
    for (const text of ['', 'wget h', 'curl', 'curl -H']) expect(parseCurl(text)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom(...'ab\'"$\\^ -XHdF=@;&\n{}') }), (text) => void parseCurl(`curl ${text}`)), { numRuns: 500 });
  });
});

it('quotes words so that they are read back', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'binary' }).filter((s) => !s.includes('^')), { minLength: 1 }), (words) => {
    expect(wordsOf(words.map(shellQuoted).join(' '))).toEqual(words);
  }));
});
