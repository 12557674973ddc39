import { expect, it } from 'vitest';
import { contentOf, fileName, imageType, piecesOf, readableText, viewsOf } from './body-kind';

const base64 = (bytes: number[]) => btoa(String.fromCharCode(...bytes));

it('shows a body in ways that suit it', () => {
  expect(viewsOf('application/problem+json; charset=utf-8', { text: 'oops' })[0]).toBe('tree');
  expect(viewsOf('', { text: ' {"a":1}' })[0]).toBe('tree');
  expect(viewsOf('text/html', { text: '<p>a</p>' })).toEqual(['raw', 'preview']);
  expect(viewsOf('image/png', { bytes: new Uint8Array(1) })).toEqual(['image', 'hex']);
  expect(viewsOf('image/svg+xml', { text: '<svg/>' })).toEqual(['image', 'raw']);
  expect(viewsOf('application/octet-stream', { bytes: new Uint8Array(1) })).toEqual(['hex']);
});

it('reads text in the encoding that it names', () => {
  const gbk = [0xd6, 0xd0, 0xce, 0xc4];
  expect(contentOf('text/plain; charset=GBK', undefined, base64(gbk))).toMatchObject({ text: '中文', charset: 'gbk', broken: false });
  const page = [...'<meta charset="gb2312"><p>'].map((c) => c.charCodeAt(0));
  expect(contentOf('text/html', undefined, base64([...page, ...gbk])).text).toBe('<meta charset="gb2312"><p>中文');
  expect(contentOf('application/json', undefined, base64([0x22, 0xff, 0x22]))).toMatchObject({ text: '"\ufffd"', charset: 'utf-8', broken: true });
  expect(contentOf('text/plain; charset=klingon', undefined, base64([0x61, 0xff]))).toMatchObject({ broken: true });
  expect(contentOf('application/octet-stream', undefined, base64(gbk)).text).toBeUndefined();
  expect(contentOf('text/plain', 'as it is', undefined)).toEqual({ text: 'as it is' });
});

it('takes only known types for images', () => {
  expect(imageType('image/PNG; x=1')).toBe('image/png');
  expect(imageType('image/png+html')).toBe('image/png');
  expect(imageType('text/html, image/png')).toBeUndefined();
});

it('names files', () => {
  expect(fileName('http://a/items/7?x=1', 'application/json')).toBe('7.json');
  expect(fileName('http://a/pic.png', 'image/png')).toBe('pic.png');
  expect(fileName('http://a/%2e%2e/', '')).toBe('body.bin');
});

it('reads a page as text', () => {
  expect(readableText('<h1>Log in</h1><script>bad()</script><p>a <b>b</b></p>')).toBe('Log in\na b');
});

it('cuts a long text after lines, and never within a character', () => {
  expect(piecesOf('ab\ncd\nefghijkl', 6)).toEqual(['ab\ncd\n', 'efghij', 'kl']);
  expect(piecesOf('abc😀d', 4)).toEqual(['abc😀', 'd']);
  expect(piecesOf('')).toEqual([]);
});
