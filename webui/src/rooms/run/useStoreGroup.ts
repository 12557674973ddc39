import { useEffect, useMemo } from 'react';
import { ChartGroup, type Window } from '@/charts';
import type { RunStore } from '@/live';
import { changeAddress } from './address';
import { StoreSource } from './source';
import { useFiner } from './useFiner';
import { useRunValue } from './useRunValue';

const LOOK_EVERY = 1_000;

/** The charts of a run, which follow its store and show a window of it. */
export function useStoreGroup(store: RunStore, window: Window): ChartGroup {
  const { source, group } = useMemo(() => {
    const made = new StoreSource(store);
    return { source: made, group: new ChartGroup(made, (zoom) => changeAddress({ zoom })) };
  }, [store]);
  useEffect(() => {
    const hear = () => {
      source.heard();
      group.changed();
    };
    hear();
    const leave = store.subscribe(hear);
    const look = setInterval(() => source.unheard() && group.changed(), LOOK_EVERY);
    return () => {
      clearInterval(look);
      leave();
      group.close();
    };
  }, [store, source, group]);
  const { zoom, follow, pausedAt } = window;
  const from = zoom?.from;
  const to = zoom?.to;
  useEffect(() => {
    group.setWindow({ zoom: from === undefined || to === undefined ? null : { from, to }, follow, pausedAt });
  }, [group, from, to, follow, pausedAt]);
  const finer = useFiner(store, zoom, useRunValue(store, () => (zoom ? store.view(zoom.from, zoom.to).step : 1)));
  useEffect(() => {
    source.setFiner(finer);
    group.changed();
  }, [source, group, finer]);
  return group;
}
