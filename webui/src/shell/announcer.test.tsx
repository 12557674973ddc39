import { act, cleanup, render, screen } from '@testing-library/react';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { MantineProvider } from '@mantine/core';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { RunLine } from '@/api/types';
import en from '@/i18n/en';
import { Announcer } from './announcer';

const page = vi.hoisted(() => ({ runs: [] as RunLine[], visible: true }));
vi.mock('@/live', () => ({ useRuns: () => page.runs, useConnectionValue: () => 'live' }));
vi.mock('@/widgets/use-visible', () => ({ useVisible: () => page.visible }));

beforeAll(() => i18next.use(initReactI18next).init({ lng: 'en', resources: { en }, interpolation: { escapeValue: false } }));
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const run = (number: number) => ({ id: String(number), number, plan: 'shop', state: 'running', lost: 0 }) as RunLine;

it('says what happened while nobody looked one after the other, and leaves none out', () => {
  const shown = <MantineProvider><Announcer /></MantineProvider>;
  const view = render(shown);
  const becomes = (change: () => void) => {
    change();
    view.rerender(<MantineProvider><Announcer /></MantineProvider>);
  };
  const said = () => screen.getByTestId('announcer').textContent;
  becomes(() => (page.visible = false));
  becomes(() => (page.runs = [run(1)]));
  expect(said()).toBe('');
  // The second comes in the moment in which somebody looks.
  becomes(() => {
    page.runs = [run(1), run(2)];
    page.visible = true;
  });
  expect(said()).toContain('Run 1 ');
  act(() => void vi.advanceTimersByTime(5000));
  expect(said()).toContain('Run 2 ');
  act(() => void vi.advanceTimersByTime(5000));
  expect(said()).toBe('');
});
