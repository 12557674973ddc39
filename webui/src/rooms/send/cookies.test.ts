import { expect, it } from 'vitest';
import { cookiesOf } from './cookies';

it('reads the cookies that are set', () => {
  const headers = [
    { name: 'Set-Cookie', value: 'a=1; Path=/; HttpOnly' }, { name: 'X', value: 'b=2' }, { name: 'set-cookie', value: ' t = x=y==; Max-Age=60' }, { name: 'Set-Cookie', value: 'bare' },
  ];
  expect(cookiesOf(headers)).toEqual([
    { name: 'a', value: '1', attributes: ['Path=/', 'HttpOnly'] },
    { name: 't', value: 'x=y==', attributes: ['Max-Age=60'] },
    { name: '', value: 'bare', attributes: [] },
  ]);
});
