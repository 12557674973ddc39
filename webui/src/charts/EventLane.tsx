import { Popover, Stack, Text, Tooltip } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunEvent } from '@/api/types';
import classes from './charts.module.css';
import { useCharts } from './context';
import { eventGlyph } from './glyphs';
import { clusterEvents, type Cluster } from './lane';
import { eventColor } from './marks';
import { lineColor } from './palette';
import { useGroupVersion } from './useGroupVersion';

export interface EventLaneProps {
  /** An event in words, without its time. */
  describe: (event: RunEvent) => string;
}

/** What happened, on a lane of its own above the charts; a press pins an event's line. */
export function EventLane({ describe }: EventLaneProps) {
  const { t } = useTranslation('charts');
  const { group } = useCharts();
  const { ref, width } = useElementSize();
  useGroupVersion(group, ['data', 'range', 'pin']);
  const { from, to } = group.range();
  const clusters = clusterEvents(group.source.events(), from, to, width);
  return (
    <div className={classes.lane} ref={ref} role="group" aria-label={t('events')} data-testid="event-lane">
      {clusters.map((cluster) => (cluster.events.length === 1 ? <Mark key={cluster.events[0]?.seq} cluster={cluster} describe={describe} /> : <Several key={cluster.events[0]?.seq} cluster={cluster} describe={describe} />))}
    </div>
  );
}

interface MarkProps extends EventLaneProps {
  cluster: Cluster;
}

function Mark({ cluster, describe }: MarkProps) {
  const { group, look } = useCharts();
  const event = cluster.events[0] as RunEvent;
  const pinned = group.pin() === event.seq;
  const text = `${look.time(event.second)}  ${describe(event)}`;
  return (
    <Tooltip label={text} opened={pinned || undefined} multiline maw={360} events={{ hover: true, focus: true, touch: true }}>
      <button type="button" className={classes.mark} style={{ left: cluster.x, color: lineColor(eventColor(event.kind), look.scheme) }} aria-label={text} aria-pressed={pinned} data-testid={`event-${event.seq}`} onClick={() => group.setPin(pinned ? null : event.seq)}>
        {eventGlyph(event.kind)}
      </button>
    </Tooltip>
  );
}

/** So many of the events at one place are told when it is pointed at, and listed when it is pressed. */
const TOLD = 5;
const LISTED = 20;

function More({ cluster, shown }: { cluster: Cluster; shown: number }) {
  const { t } = useTranslation('charts');
  const count = cluster.events.length - shown;
  return count > 0 && <Text size="sm">{t('more', { count })}</Text>;
}

function Detail({ cluster, describe }: MarkProps) {
  const { look } = useCharts();
  return (
    <>
      {cluster.events.slice(0, TOLD).map((event) => (
        <div key={event.seq}>{`${eventGlyph(event.kind)}  ${look.time(event.second)}  ${describe(event)}`}</div>
      ))}
      <More cluster={cluster} shown={TOLD} />
    </>
  );
}

function Several({ cluster, describe }: MarkProps) {
  const { t } = useTranslation('charts');
  const { group, look } = useCharts();
  const [opened, setOpened] = useState(false);
  const label = t('eventsHere', { count: cluster.events.length });
  const pinned = cluster.events.some((e) => e.seq === group.pin());
  return (
    <Popover withArrow position="bottom" opened={opened} onChange={setOpened}>
      <Popover.Target>
        <Tooltip label={<Detail cluster={cluster} describe={describe} />} disabled={opened} multiline maw={420} events={{ hover: true, focus: true, touch: false }}>
          <button type="button" className={classes.mark} style={{ left: cluster.x, borderColor: 'currentColor' }} aria-label={label} aria-pressed={pinned} data-testid={`event-${cluster.events.map((e) => e.seq).join('-')}`} onClick={() => setOpened((o) => !o)}>
            {cluster.events.length}
          </button>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={4}>
          {cluster.events.slice(0, LISTED).map((event) => (
            <button key={event.seq} type="button" className={classes.choice} onClick={() => group.setPin(group.pin() === event.seq ? null : event.seq)} aria-pressed={group.pin() === event.seq} data-testid={`event-${event.seq}`}>
              <Text component="span" size="sm" c={lineColor(eventColor(event.kind), look.scheme)}>{eventGlyph(event.kind)}</Text>
              <Text component="span" size="sm">{`${look.time(event.second)}  ${describe(event)}`}</Text>
            </button>
          ))}
          <More cluster={cluster} shown={LISTED} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
