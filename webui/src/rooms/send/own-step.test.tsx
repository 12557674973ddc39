import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { Exchange, SentStep } from '@/api/types';
import { StepList } from './step-list';

afterEach(cleanup);

const step = (name: string, ok = true): SentStep => ({ transaction: 't', step: name, ok, latency: 0, attempts: [], extracts: [], checks: [], changed: {} });
const result: Exchange = { ok: false, duration: 1, steps: [step('login'), step('cart'), step('pay', false)], before: {}, vars: {}, log: [] };

const list = (edited: string) => (
  <MantineProvider env="test">
    <StepList result={result} actions={{ transaction: 't', own: ({ steps }) => steps.find((s) => s.step === edited) }} />
  </MantineProvider>
);

const open = () => screen.getAllByRole('button').flatMap((b, i) => (b.getAttribute('aria-expanded') === 'true' ? [i] : []));

it('shows the answer of the step that is being edited, and goes with it', () => {
  const { rerender } = render(list('login'));
  expect(open(), 'and the one that failed').toEqual([0, 2]);
  rerender(list('cart'));
  expect(open()).toEqual([1]);
  rerender(list('not played'));
  expect(open(), 'what is not there takes nothing away').toEqual([1]);
});
