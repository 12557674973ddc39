import fc from 'fast-check';
import { expect, it } from 'vitest';
import { minimalChange } from './minimal-change';

it('replaces only what differs', () => {
  expect(minimalChange('a b c', 'a x c')).toEqual({ from: 2, to: 3, insert: 'x' });
  expect(minimalChange('aa', 'aaa')).toEqual({ from: 2, to: 2, insert: 'a' });
  expect(minimalChange('same', 'same')).toBeNull();
});

it('always gives the second text', () => {
  fc.assert(fc.property(fc.string(), fc.string(), (before, after) => {
    const change = minimalChange(before, after);
    expect(change ? before.slice(0, change.from) + change.insert + before.slice(change.to) : before).toBe(after);
  }));
});
