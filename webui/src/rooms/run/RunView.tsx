import { Group, Stack, VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunResult } from '@/api/types';
import { Charts, EventLane } from '@/charts';
import { useRun, useRunSnapshot } from '@/live';
import { useShortcut } from '@/widgets/use-shortcut';
import type { Address } from './address';
import { Banners, useLate } from './Banners';
import { RunProvider, useOpenRun } from './context';
import { TransactionDrawer } from './Drawer';
import { Follow } from './Follow';
import { Header } from './Header';
import classes from './run.module.css';
import { RunTabs } from './RunTabs';
import { Starting } from './Starting';
import { hasEnded, standing } from './state';
import { Tiles } from './Tiles';
import { useResultRefresh } from './useRunResult';
import { useStoreGroup } from './useStoreGroup';
import { describeEvent } from './words';

/** A run under way is first seen by its last minutes, one that has ended as a whole. */
const FIRST_SPAN = 900;

/** A run that was found: live while it is under way, its record afterwards. */
export function RunView({ result, address }: { result: RunResult; address: Address }) {
  const store = useRun(result.id);
  const { tick } = useRunSnapshot(store);
  useResultRefresh(address.run, store);
  const live = !hasEnded(result.state) && !(tick && hasEnded(tick.state));
  const [follow, setFollow] = useState(live ? FIRST_SPAN : 0);
  const [pausedAt, setPausedAt] = useState<number | null>(null);
  const [clock, setClock] = useState(false);
  useEffect(() => {
    if (!live) setFollow(0);
  }, [live]);
  const group = useStoreGroup(store, { zoom: address.zoom, follow, pausedAt });
  useShortcut('Escape', () => address.zoom && group.zoom(null));
  const clockFrom = clock && result.started_at ? Date.parse(result.started_at) : null;
  const onFollow = (seconds: number) => {
    setFollow(seconds);
    if (address.zoom) group.zoom(null);
  };
  return (
    <RunProvider value={{ result, store, group, address, live }}>
      <Charts group={group} clockFrom={clockFrom}>
        <Stack gap="sm" p="md">
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

/** Numbers of a page that hears nothing are paler. */
function Shown({ children }: { children: React.ReactNode }) {
  return <Stack gap="sm" className={useLate() ? classes.stale : undefined}>{children}</Stack>;
}

function Lane() {
  const { t } = useTranslation('run');
  return <EventLane describe={(event) => describeEvent(event, t)} />;
}

/** Tells screen readers how the run stands, when that changes; never its numbers. */
function Announcer() {
  const { t } = useTranslation('run');
  const { result, store } = useOpenRun();
  const { tick } = useRunSnapshot(store);
  const s = standing(result, tick);
  const phase = s.phase === 'starting' ? t(`state.${s.state}`) : t(`announce.${s.phase}`);
  return <VisuallyHidden role="status">{phase}</VisuallyHidden>;
}
