import { Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { queries } from '@/api/queries';
import { formatDuration, formatMs, formatRate, formatShare } from '@/widgets/format';
import { useOpenRun } from './context';
import { figuresOfRange } from './numbers';
import { useRunValue } from './useRunValue';

/** All seconds since the mark are added up by the master: not with each tick. In seconds. */
const EVERY = 15;

/** A second set of totals, from where somebody said that the run was steady. */
export function SinceMark() {
  const { t } = useTranslation('run');
  const { store, result, live } = useOpenRun();
  const events = useRunValue(store, (snapshot) => snapshot.events);
  const mark = useMemo(() => events.findLast((e) => e.kind === 'steady'), [events]);
  const from = Math.max(0, Math.floor(mark?.second ?? 0));
  const turn = useRunValue(store, ({ lastSecond }) => Math.floor(lastSecond / EVERY) * EVERY);
  // The first seconds come one by one, so that a mark is not without figures until its turn.
  const second = useRunValue(store, ({ lastSecond }) => (lastSecond < from + EVERY ? lastSecond : turn));
  const rows = useQuery({ ...queries.runRows(result.id, from, live ? turn : 0), enabled: mark !== undefined && (!live || turn > from) });
  const total = rows.data?.find((r) => r.kind === 'total');
  const figures = useMemo(() => (mark && second >= 0 ? figuresOfRange(store.view(from, 0), total) : null), [mark, second, store, from, total]);
  if (!mark || !figures) return null;
  return (
    <Group gap="md" className="numbers" data-testid="since-mark">
      <Text size="sm" fw={600}>{t('sinceMark', { at: formatDuration(mark.second) })}</Text>
      <Text size="sm">{t('sinceFigures', { rps: formatRate(figures.rps), share: formatShare(figures.share), p50: formatMs(figures.p50), p95: formatMs(figures.p95), p99: formatMs(figures.p99) })}</Text>
    </Group>
  );
}
