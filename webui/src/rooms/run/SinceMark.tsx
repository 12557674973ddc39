import { Group, Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration, formatMs, formatRate, formatShare } from '@/widgets/format';
import { useOpenRun } from './context';
import { figuresOfRange } from './numbers';
import { useRunValue } from './useRunValue';

const EVERY = 5;

/** A second set of totals, from where somebody said that the run was steady. */
export function SinceMark() {
  const { t } = useTranslation('run');
  const { store } = useOpenRun();
  const events = useRunValue(store, (snapshot) => snapshot.events);
  const turn = useRunValue(store, ({ lastSecond }) => Math.floor(lastSecond / EVERY));
  const mark = useMemo(() => events.findLast((e) => e.kind === 'steady'), [events]);
  // All seconds since the mark are read: not with each tick.
  const figures = useMemo(() => (mark && turn >= 0 ? figuresOfRange(store.view(Math.max(0, mark.second), 0), undefined) : null), [mark, turn, store]);
  if (!mark || !figures) return null;
  return (
    <Group gap="md" className="numbers" data-testid="since-mark">
      <Text size="sm" fw={600}>{t('sinceMark', { at: formatDuration(mark.second) })}</Text>
      <Text size="sm">{t('sinceFigures', { rps: formatRate(figures.rps), share: formatShare(figures.share), p50: formatMs(figures.p50), p95: formatMs(figures.p95), p99: formatMs(figures.p99) })}</Text>
    </Group>
  );
}
