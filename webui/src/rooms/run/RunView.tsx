import { Group, Stack, VisuallyHidden } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunResult } from '@/api/types';
import { Charts, EventLane } from '@/charts';
import { useRun } from '@/live';
import { useShortcut } from '@/widgets/use-shortcut';
import type { Address } from './address';
import { Banners } from './Banners';
import { RunProvider, useOpenRun } from './context';
import { TransactionDrawer } from './Drawer';
import { Follow } from './Follow';
import { Header } from './Header';
import classes from './run.module.css';
import { RunTabs } from './RunTabs';
import { Starting } from './Starting';
import { hasEnded, standing } from './state';
import { Tiles } from './Tiles';
import { useLate } from './useLate';
import { useNeighbours } from './useNeighbours';
import { useResultRefresh } from './useRunResult';
import { useRunValue } from './useRunValue';
import { useStoreGroup } from './useStoreGroup';
import { useThresholdNews } from './useThresholdNews';
import { describeEvent } from './words';

/** A run under way is first seen by its last minutes, one that has ended as a whole. */
const FIRST_SPAN = 900;

/** A run that was found: live while it is under way, its record afterwards. */
export function RunView({ result, address }: { result: RunResult; address: Address }) {
  const store = useRun(result.id);
  useResultRefresh(address.run, store);
  const live = useRunValue(store, ({ tick }) => !hasEnded(result.state) && !(tick && hasEnded(tick.state)));
  const [follow, setFollow] = useState(live ? FIRST_SPAN : 0);
  const [pausedAt, setPausedAt] = useState<number | null>(null);
  const [clock, setClock] = useState(false);
  useEffect(() => {
    if (!live) setFollow(0);
  }, [live]);
  const group = useStoreGroup(store, { zoom: address.zoom, follow, pausedAt });
  useNeighbours(result.number);
  useShortcut('Escape', () => address.zoom && group.zoom(null));
  const clockFrom = clock && result.started_at ? Date.parse(result.started_at) : null;
  const onFollow = (seconds: number) => {
    setFollow(seconds);
    if (address.zoom) group.zoom(null);
  };
  const run = useMemo(() => ({ result, store, group, address, live }), [result, store, group, address, live]);
  return (
    <RunProvider value={run}>
      <Charts group={group} clockFrom={clockFrom}>
        <Stack gap="sm">
          <Header />
          <Banners />
          <Starting />
          <Shown>
            <Tiles />
            <Group justify="flex-end">
              <Follow follow={follow} onFollow={onFollow} paused={pausedAt !== null} onPause={(paused) => setPausedAt(paused ? store.snapshot().lastSecond : null)} clock={clock} onClock={setClock} />
            </Group>
            <Lane />
            <RunTabs />
          </Shown>
        </Stack>
        <TransactionDrawer clockFrom={clockFrom} />
        <Announcer />
      </Charts>
    </RunProvider>
  );
}

/** Numbers that are no longer those of now are paler. */
function Shown({ children }: { children: React.ReactNode }) {
  return <Stack gap="sm" className={useLate() ? classes.stale : undefined}>{children}</Stack>;
}

function Lane() {
  const { t } = useTranslation('run');
  return <EventLane describe={(event) => describeEvent(event, t)} />;
}

/** Tells screen readers how the run and its thresholds stand, when that changes; never its numbers. */
function Announcer() {
  const { t } = useTranslation('run');
  const { result, store } = useOpenRun();
  const key = useRunValue(store, ({ tick }) => {
    const { phase, state } = standing(result, tick);
    return phase === 'starting' ? (`state.${state}` as const) : (`announce.${phase}` as const);
  });
  const threshold = useThresholdNews(store);
  return (
    <>
      <VisuallyHidden role="status">{t(key)}</VisuallyHidden>
      <VisuallyHidden role="status" data-testid="threshold-news">{threshold && describeEvent(threshold, t)}</VisuallyHidden>
    </>
  );
}
