import { Popover, Stack, Text, Tooltip } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
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

function Several({ cluster, describe }: MarkProps) {
  const { t } = useTranslation('charts');
  const { group, look } = useCharts();
  return (
    <Popover withArrow position="bottom">
      <Popover.Target>
        <button type="button" className={classes.mark} style={{ left: cluster.x, borderColor: 'currentColor' }} aria-label={t('eventsHere', { count: cluster.events.length })} data-testid={`event-${cluster.events.map((e) => e.seq).join('-')}`}>
          {cluster.events.length}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap={4}>
          {cluster.events.slice(0, 20).map((event) => (
            <button key={event.seq} type="button" className={classes.item} onClick={() => group.setPin(group.pin() === event.seq ? null : event.seq)} aria-pressed={group.pin() === event.seq} data-testid={`event-${event.seq}`}>
              <Text component="span" size="sm" c={lineColor(eventColor(event.kind), look.scheme)}>{eventGlyph(event.kind)}</Text>
              <Text component="span" size="sm">{`${look.time(event.second)}  ${describe(event)}`}</Text>
            </button>
          ))}
          {cluster.events.length > 20 && <Text size="sm">{t('more', { count: cluster.events.length - 20 })}</Text>}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
