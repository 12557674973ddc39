import { expect, it } from 'vitest';
import type { Attempt, SentStep } from '@/api/types';
import { saidElsewhere } from './step-details';

const step: SentStep = {
  transaction: 'a', step: 'b', ok: false, class: 'status', message: 'status < 400: got 404', latency: 1, attempts: [], extracts: [],
  checks: [{ rule: 'status < 400', ok: false, actual: 'got 404' }], changed: {},
};

it('says once what a check or an attempt says already', () => {
  expect(saidElsewhere(step)).toBe(true);
  expect(saidElsewhere({ ...step, message: 'refused', checks: [], attempts: [{ message: 'refused' } as Attempt] })).toBe(true);
  expect(saidElsewhere({ ...step, message: 'attempt to call nil', place: 'shop.yaml:7' })).toBe(false);
});
