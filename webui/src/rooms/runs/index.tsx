import { Button, Group, Select, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconChevronLeft, IconChevronRight, IconHistory, IconPlayerPlay, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePlans } from '@/api/queries';
import { openStart } from '@/rooms/start';
import { EmptyState, ErrorCard, formatNumber, PageHeader } from '@/widgets';
import { STATES, type Filters } from './filters';
import { RunsTable } from './runs-table';
import { useRunsRoom } from './use-runs-room';

const TYPING = 250;

function FilterBar({ filters, choose }: { filters: Filters; choose: (change: Partial<Filters>) => void }) {
  const { t } = useTranslation('runs');
  const plans = usePlans().data ?? [];
  const [text, setText] = useState(filters.q);
  useEffect(() => setText(filters.q), [filters.q]);
  const search = useDebouncedCallback((q: string) => choose({ q }), TYPING);
  const names = [...new Set([...plans.map((plan) => plan.name), ...(filters.plan ? [filters.plan] : [])])].sort();
  const type = (q: string) => {
    setText(q);
    search(q);
  };
  return (
    <Group gap="sm" align="flex-end" mb="sm">
      <TextInput data-page-filter label={t('filter.search')} placeholder={t('filter.searchHint')} leftSection={<IconSearch size={16} aria-hidden />} value={text} onChange={(e) => type(e.currentTarget.value)} w={260} data-testid="runs-search" />
      <Select label={t('filter.plan')} placeholder={t('filter.all')} clearable searchable clearButtonProps={{ 'aria-label': t('filter.clear') }} data={names} value={filters.plan || null} onChange={(plan) => choose({ plan: plan ?? '' })} w={200} data-testid="runs-plan" />
      <Select
        label={t('filter.state')} placeholder={t('filter.all')} clearable clearButtonProps={{ 'aria-label': t('filter.clear') }} w={200} data-testid="runs-state"
        data={Object.keys(STATES).map((value) => ({ value, label: t(`state.${value}`) }))} value={filters.state || null} onChange={(state) => choose({ state: (state ?? '') as Filters['state'] })}
      />
    </Group>
  );
}

/** Another page of the list, seen from its first row. */
function turn(page: (() => void) | undefined): void {
  page?.();
  scrollTo({ top: 0 });
}

/** The runs of the workspace, the newest first. */
export default function RunsPage() {
  const { t } = useTranslation('runs');
  const { filters, choose, list, remove, restore, rows, total, active, older, newer } = useRunsRoom();
  const filtered = filters.q !== '' || filters.plan !== '' || filters.state !== '';
  const start = <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={() => openStart(filters.plan)}>{t('empty.start')}</Button>;
  return (
    <>
      <PageHeader title={t('title')} beside={list.data && <Text c="dimmed" size="sm">{active > 0 ? t('countActive', { count: total, text: formatNumber(total), active }) : t('count', { count: total, text: formatNumber(total) })}</Text>} />
      <FilterBar filters={filters} choose={choose} />
      <Stack gap="sm">
        {remove.isError && <ErrorCard error={remove.error} title={t('notDeleted')} />}
        {restore.isError && <ErrorCard error={restore.error} title={t('notRestored')} />}
        {list.isError && <ErrorCard error={list.error} title={t('failed')} retry={() => void list.refetch()} />}
        {list.isPending && <Stack gap={6} role="status" aria-label={t('loading')}>{[0, 1, 2, 3, 4].map((i) => <Skeleton key={i} height={38} />)}</Stack>}
        {list.data && rows.length > 0 && <RunsTable rows={rows} onDelete={(run) => remove.mutate(run)} />}
        {list.data && rows.length === 0 && (filtered || filters.before.length > 0 ? (
          <EmptyState icon={IconSearch} title={t('empty.filtered')}>
            <Button variant="default" leftSection={<IconX size={16} aria-hidden />} onClick={() => choose({ q: '', plan: '', state: '' })}>{t('empty.clear')}</Button>
          </EmptyState>
        ) : (
          <EmptyState icon={IconHistory} title={t('empty.title')} text={t('empty.text')} testId="runs-empty">{start}</EmptyState>
        ))}
        {(older || newer) && (
          <Group justify="flex-end">
            <Button variant="default" size="xs" leftSection={<IconChevronLeft size={14} aria-hidden />} disabled={!newer} onClick={() => turn(newer)}>{t('newer')}</Button>
            <Button variant="default" size="xs" rightSection={<IconChevronRight size={14} aria-hidden />} disabled={!older} onClick={() => turn(older)}>{t('older')}</Button>
          </Group>
        )}
      </Stack>
    </>
  );
}
