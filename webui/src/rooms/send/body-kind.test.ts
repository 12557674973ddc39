import { expect, it } from 'vitest';
import { fileName, readableText, viewsOf } from './body-kind';

it('shows a body in ways that suit it', () => {
  expect(viewsOf('application/problem+json; charset=utf-8', 'oops')[0]).toBe('tree');
  expect(viewsOf('', ' {"a":1}')[0]).toBe('tree');
  expect(viewsOf('text/html', '<p>a</p>')).toEqual(['raw', 'preview']);
  expect(viewsOf('image/png', undefined)).toEqual(['hex']);
});

it('names files', () => {
  expect(fileName('http://a/items/7?x=1', 'application/json')).toBe('7.json');
  expect(fileName('http://a/pic.png', 'image/png')).toBe('pic.png');
  expect(fileName('http://a/%2e%2e/', '')).toBe('body.bin');
});

it('reads a page as text', () => {
  expect(readableText('<h1>Log in</h1><script>bad()</script><p>a <b>b</b></p>')).toBe('Log in\na b');
});
