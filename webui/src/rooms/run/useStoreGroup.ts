import { useEffect, useMemo } from 'react';
import { ChartGroup, type Window } from '@/charts';
import type { RunStore } from '@/live';
import { changeAddress } from './address';

/** The charts of a run, which follow its store and show a window of it. */
export function useStoreGroup(store: RunStore, window: Window): ChartGroup {
  const group = useMemo(() => {
    const source = {
      view: (from?: number, to?: number) => store.view(from, to),
      lastSecond: () => store.snapshot().lastSecond,
      missing: () => store.snapshot().missing,
      events: () => store.snapshot().events,
    };
    return new ChartGroup(source, (zoom) => changeAddress({ zoom }));
  }, [store]);
  useEffect(() => {
    const leave = store.subscribe(() => group.changed());
    return () => {
      leave();
      group.close();
    };
  }, [store, group]);
  const { zoom, follow, pausedAt } = window;
  const from = zoom?.from;
  const to = zoom?.to;
  useEffect(() => {
    group.setWindow({ zoom: from === undefined || to === undefined ? null : { from, to }, follow, pausedAt });
  }, [group, from, to, follow, pausedAt]);
  return group;
}
