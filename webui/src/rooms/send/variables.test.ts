import { expect, it } from 'vitest';
import { compareVariables } from './variables';

it('says what became of each variable, changes first', () => {
  expect(compareVariables({ a: '1', b: '1', c: '1' }, { a: '1', b: '2', d: '3' })).toEqual([
    { name: 'd', before: undefined, after: '3', change: 'new' },
    { name: 'b', before: '1', after: '2', change: 'changed' },
    { name: 'c', before: '1', after: undefined, change: 'gone' },
    { name: 'a', before: '1', after: '1', change: 'same' },
  ]);
});
