import { createContext, use } from 'react';
import type { RunResult } from '@/api/types';
import type { ChartGroup } from '@/charts';
import type { RunStore } from '@/live';
import type { Address } from './address';

/** What every part of the page is about. */
export interface OpenRun {
  result: RunResult;
  store: RunStore;
  group: ChartGroup;
  address: Address;
  /** It is under way, by the newest that is known. */
  live: boolean;
}

const Current = createContext<OpenRun | null>(null);

export const RunProvider = Current;

export function useOpenRun(): OpenRun {
  const run = use(Current);
  if (!run) throw new Error('no run is open');
  return run;
}
