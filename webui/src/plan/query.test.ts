import fc from 'fast-check';
import { expect, it } from 'vitest';
import { putQuery, queryOf, splitUrl, takeQuery, withQuery } from './query';

it('keeps what was typed', () => {
  const urls = ['/a', '/a?b=1&b=2', '/a?x={{a ? b & c}}&y=%20+', '{{base}}/a?flag&z=#frag', '/a?b=c=d', '/a?=v'];
  for (const url of urls) expect(withQuery(url, queryOf(url))).toBe(url);
});

it('cuts at signs outside of placeholders', () => {
  expect(splitUrl('/{{x | default "?"}}?a=1#b?c')).toEqual({ base: '/{{x | default "?"}}', query: 'a=1', fragment: '#b?c' });
  expect(queryOf('/a?b={{$oneOf a=b c&d}}&e').map((r) => [r.name, r.value])).toEqual([['b', '{{$oneOf a=b c&d}}'], ['e', '']]);
});

it('takes the query into rows and puts it back', () => {
  expect(takeQuery('/s?q=a+b%26c&n={{n}}#x')).toEqual({
    url: '/s#x',
    query: [{ name: 'q', value: 'a b&c', enabled: true, note: '' }, { name: 'n', value: '{{n}}', enabled: true, note: '' }],
  });
  expect(putQuery('/s', takeQuery('/s?q=a+b%26c&n={{n}}').query)).toBe('/s?q=a+b%26c&n={{n}}');
  expect(takeQuery('/s?q=%zz').query[0]?.value).toBe('%zz');
});

it('goes there and back for any rows', () => {
  const text = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.string({ minLength: 1, maxLength: 8 }), text), { minLength: 1, maxLength: 5 }), (pairs) => {
      const rows = pairs.map(([name, value]) => ({ name: name.replace(/[{}]/g, ''), value: value.replace(/[{}]/g, ''), enabled: true, note: '' })).filter((r) => r.name !== '');
      expect(takeQuery(putQuery('/a', rows)).query).toEqual(rows);
    }),
  );
});
