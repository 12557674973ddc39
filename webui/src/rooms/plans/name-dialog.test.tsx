import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { NameDialog } from './name-dialog';

afterEach(cleanup);

it('has the proposed name selected, so that what is typed takes its place', async () => {
  render(
    <MantineProvider env="test">
      <NameDialog title="New plan" confirm="Create" initial="new plan" taken={[]} onClose={() => {}} onName={() => {}} />
    </MantineProvider>,
  );
  const field: HTMLInputElement = screen.getByTestId('plan-name');
  await waitFor(() => expect(document.activeElement).toBe(field));
  expect([field.selectionStart, field.selectionEnd]).toEqual([0, 'new plan'.length]);
});
