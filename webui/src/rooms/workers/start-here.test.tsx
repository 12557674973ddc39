import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { useStartHere } from './actions';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', vi.fn(() => Promise.resolve(new Response(null, { status: 202 }))));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('can be asked again for a worker that never comes', async () => {
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => <QueryClientProvider client={client}>{children}</QueryClientProvider>;
  const { result } = renderHook(() => useStartHere(), { wrapper });
  act(() => result.current.start());
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(result.current.waiting).toBe(true);
  await act(() => vi.advanceTimersByTimeAsync(10_000));
  expect(result.current).toMatchObject({ waiting: false, error: null });
});
