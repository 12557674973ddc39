import { expect, it } from 'vitest';
import { shortURL } from './hops';

it('leaves out the origin of the first request', () => {
  expect(shortURL('http://a:1/b?c=d', 'http://a:1/')).toBe('/b?c=d');
  expect(shortURL('https://a:1/b', 'http://a:1/')).toBe('https://a:1/b');
  expect(shortURL('http://a:1', 'http://a:1')).toBe('http://a:1');
});
