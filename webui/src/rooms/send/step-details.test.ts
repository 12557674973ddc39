import { expect, it } from 'vitest';
import type { SentStep } from '@/api/types';
import { saidByCheck } from './step-details';

const step: SentStep = {
  transaction: 'a', step: 'b', ok: false, class: 'status', message: 'status < 400: got 404', latency: 1, attempts: [], extracts: [],
  checks: [{ rule: 'status < 400', ok: false, actual: 'got 404' }], changed: {},
};

it('says once what a check says already', () => {
  expect(saidByCheck(step)).toBe(true);
  expect(saidByCheck({ ...step, message: 'attempt to call nil', place: 'shop.yaml:7' })).toBe(false);
});
