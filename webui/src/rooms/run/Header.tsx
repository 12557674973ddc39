import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconAdjustments, IconFlag, IconNote } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useRunSnapshot } from '@/live';
import { openEditLoad } from '@/rooms/start';
import { formatDuration, formatMoment, isolated } from '@/widgets/format';
import { PageTitle } from '@/widgets/page-header';
import { markSteady } from './actions';
import { useOpenRun } from './context';
import { Freshness } from './Freshness';
import { NoteDialog } from './NoteDialog';
import { hasEnded, progress, standing } from './state';
import { StateBadge } from './StateBadge';
import { StopControl } from './StopControl';

/** What run it is, how it stands, how far it is, and what can be done with it. */
export function Header() {
  const { t } = useTranslation('run');
  const { result, live } = useOpenRun();
  return (
    <Stack gap={6}>
      <Group gap="sm" justify="space-between">
        <Group gap="sm">
          <StateBadge />
          <PageTitle size="h3">{t('heading', { plan: isolated(result.plan), number: result.number })}</PageTitle>
          {result.name !== '' && <Text c="dimmed">{result.name}</Text>}
        </Group>
        <RunTime />
      </Group>
      {live && <Actions />}
    </Stack>
  );
}

function RunTime() {
  const { t } = useTranslation('run');
  const { result, store, live } = useOpenRun();
  const { tick } = useRunSnapshot(store);
  const { elapsed, total: planned } = progress(result, tick);
  const stopping = standing(result, tick).phase === 'stopping';
  const total = stopping ? 0 : planned;
  if (!live) return <Text size="sm" c="dimmed" className="numbers">{t('ran', { started: formatMoment(result.started_at ?? result.created_at), took: formatDuration(elapsed) })}</Text>;
  const share = total > 0 ? Math.min(100, (elapsed / total) * 100) : 0;
  return (
    <Group gap="sm" className="numbers">
      <Text size="sm" data-testid="elapsed">{formatDuration(elapsed)}</Text>
      {total > 0 && <Progress w={160} value={share} aria-label={t('progress')} />}
      {!stopping && <Text size="sm" c="dimmed">{total > 0 ? t('left', { total: formatDuration(total), left: formatDuration(Math.max(0, total - elapsed)) }) : t('untilStopped')}</Text>}
      <Freshness />
    </Group>
  );
}

function Actions() {
  const { t } = useTranslation('run');
  const { result } = useOpenRun();
  const [noting, setNoting] = useState(false);
  const mark = useMutation({ mutationFn: () => markSteady(result.id) });
  return (
    <Group gap="xs">
      <StopControl />
      <Button size="xs" variant="default" leftSection={<IconAdjustments size={16} />} data-testid="edit-load" disabled={hasEnded(result.state)} onClick={() => openEditLoad(result.id)}>{t('editLoad')}</Button>
      <Button size="xs" variant="default" leftSection={<IconNote size={16} />} data-testid="note" onClick={() => setNoting(true)}>{t('note')}</Button>
      <Button size="xs" variant="default" leftSection={<IconFlag size={16} />} data-testid="mark" loading={mark.isPending} onClick={() => mark.mutate()}>{t('mark')}</Button>
      {mark.error && <Text size="sm" c="var(--lh-bad)" role="alert">{mark.error.message}</Text>}
      <NoteDialog run={result.id} opened={noting} onClose={() => setNoting(false)} />
    </Group>
  );
}
