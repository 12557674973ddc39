import { expect, it, vi } from 'vitest';
import { aim, onAim, takeGoal } from './goal';

it('is taken once, by the editor that is meant', () => {
  aim({ editor: 'a', line: 3, column: 1 });
  expect(takeGoal('b')).toBeNull();
  expect(takeGoal('a')).toEqual({ editor: 'a', line: 3, column: 1 });
  expect(takeGoal('a')).toBeNull();
  expect(takeGoal(undefined)).toBeNull();
});

it('is told to who is there, and gone after a while', () => {
  vi.useFakeTimers();
  const told = vi.fn();
  const leave = onAim(told);
  aim({ editor: 'a', line: 3, column: 1 });
  leave();
  expect(told).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(60_000);
  expect(takeGoal('a')).toBeNull();
  vi.useRealTimers();
});
