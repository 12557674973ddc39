import { expect, it } from 'vitest';
import type { SentStep } from '@/api/types';
import { firstOpen, shownSteps } from './step-list';

const steps = (count: number, ...failed: number[]): SentStep[] =>
  Array.from({ length: count }, (_, i) => ({ transaction: 't', step: `s${i}`, ok: !failed.includes(i), latency: 0, attempts: [], extracts: [], checks: [], changed: {} }));

it('shows few steps whole', () => {
  expect(shownSteps(steps(3), 100)).toEqual([0, 1, 2]);
  expect(shownSteps([], 100)).toEqual([]);
});

it('shows of many the first, those that failed, and the last', () => {
  expect(shownSteps(steps(10), 2)).toEqual([0, 1, null, 9]);
  expect(shownSteps(steps(10, 2, 5, 9), 2)).toEqual([0, 1, 2, null, 5, null, 9]);
  expect(shownSteps(steps(1000, ...Array.from({ length: 500 }, (_, i) => i + 100)), 10).length).toBeLessThan(40);
});

it('opens the first that failed, or else the last', () => {
  expect(firstOpen(steps(5, 2, 3))).toEqual(['2']);
  expect(firstOpen(steps(5))).toEqual(['4']);
});

it('opens the step that is being edited, and with it the first that failed', () => {
  expect(firstOpen(steps(5), 1)).toEqual(['1']);
  expect(firstOpen(steps(5, 3, 4), 1)).toEqual(['1', '3']);
  expect(firstOpen(steps(5, 1), 1)).toEqual(['1']);
});
