import { expect, it } from 'vitest';
import { isUnknown, nameStart } from './templates';

it('finds the name that is being written', () => {
  expect(nameStart('{"a": {{to')).toBe(8);
  expect(nameStart('{{ to')).toBe(3);
  expect(nameStart('{{a}} b')).toBe(-1);
  expect(nameStart('{{a | js')).toBe(-1);
  expect(nameStart('{a')).toBe(-1);
});

it('knows which names nobody knows', () => {
  expect(isUnknown('token', ['token'])).toBe(false);
  expect(isUnknown(' tokn | json', ['token'])).toBe(true);
  expect(isUnknown('accounts.name', ['accounts'])).toBe(false);
  expect(isUnknown('secret.KEY', [])).toBe(false);
  expect(isUnknown('$uuid', [])).toBe(false);
  expect(isUnknown('x', undefined)).toBe(false);
});
