import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import type { Download } from '@/api/types';
import { startI18n } from '@/i18n';
import { AddWorker } from './add-worker';

const file = (os: string, fit: Download['fit'], version: string, protocol: number): Download => ({
  os, arch: 'amd64', file: `locust-http_${os}_amd64`, size: 1e6, url: '', version, protocol, fit,
});
const programs = [file('linux', 'same', 'v2', 3), file('darwin', 'other', 'v1.9', 3), file('windows', 'incompatible', 'v1', 2), file('plan9', 'unknown', '', 0)];

beforeAll(startI18n);
beforeEach(() => {
  vi.stubGlobal('fetch', vi.fn((url: string) => Promise.resolve(Response.json(url.includes('join') ? { etcd: ['a:1'], token_needed: false, command: 'x' } : programs))));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

it('offers the program for each system, says which are of another version, and none whose workers could not join', async () => {
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <AddWorker opened onClose={() => {}} workers={[]} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  const says = async (os: string) => {
    const line = await screen.findByTestId(`download-${os}-amd64`);
    return [line.querySelector('a') !== null, line.querySelector('[data-tone]')?.textContent ?? ''];
  };
  expect(await says('linux')).toEqual([true, '']);
  expect(await says('darwin')).toEqual([true, 'Version v1.9']);
  expect(await says('windows')).toEqual([false, 'Incompatible: v1']);
  expect(await says('plan9')).toEqual([true, 'Version not known']);
});
