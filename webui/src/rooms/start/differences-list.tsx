import { ErrorCard, formatDuration } from '@/widgets';
import { Button, Group, Stack, Text, Title } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { readDuration } from '@/plan/duration';
import { stagesLength } from '@/plan/load';
import type { Difference } from './differences';
import type { Load } from './planned';
import type { Start } from './use-start';

/** A load in a few words: "500 users, 30m". */
function loadWords(load: Load, t: TFunction<'start'>): string {
  const numbers = { users: load.users, rate: load.rate, count: load.stages.length };
  if (load.form !== 'stages') {
    const level = load.form === 'users' ? load.users : load.rate;
    if (level === '') return t('unset.load');
    return [t(`loadWords.${load.form}`, numbers), load.duration].filter(Boolean).join(t('and'));
  }
  const length = stagesLength(load.stages, readDuration);
  const levels = load.stages.map((s) => s.level).join(' → ');
  return [t('loadWords.stages', { ...numbers, levels }), length === undefined ? '' : formatDuration(length / 1000)].filter(Boolean).join(t('and'));
}

function words({ field }: Difference, value: string | Load, t: TFunction<'start'>): string {
  if (typeof value !== 'string') return loadWords(value, t);
  return value === '' ? t(`unset.${field}`) : value;
}

function labelOf({ field, name }: Difference, t: TFunction<'start'>): string {
  if (field === 'variable' || field === 'tag') return name ?? '';
  const label = field === 'count' || field === 'ids' ? t('workers') : t(`field.${field}`);
  return name ? t('ofScenario', { label, name }) : label;
}

/** In what the start differs from its plan, and what to do about each of that. */
export function DifferencesList({ start, origin }: { start: Start; origin: string }) {
  const { t } = useTranslation('start');
  const { differs, savePlan, change } = start;
  if (differs.length === 0) return null;
  return (
    <Stack gap={6} component="section" aria-label={t('differsTitle')} data-testid="start-differs">
      <Title order={2} size="h5">{t('differsTitle')}</Title>
      {differs.map((d) => {
        const label = labelOf(d, t);
        return (
          <Group key={`${d.field} ${d.name ?? ''}`} gap="xs" data-testid={`differs-${d.field}`} data-remembered={d.remembered || undefined}>
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {t('differsBy', { label, was: words(d, d.was, t), now: words(d, d.now, t) })}
              {d.remembered && <Text span size="sm" c="dimmed">{` ${origin}`}</Text>}
            </Text>
            <Button size="compact-xs" variant="default" aria-label={t('usePlanOf', { label })} onClick={() => change(d.use)}>{t('usePlan')}</Button>
            {d.save && <Button size="compact-xs" variant="default" aria-label={t('saveToPlanOf', { label })} loading={savePlan.isPending && savePlan.variables === d.save} onClick={() => d.save && savePlan.mutate(d.save)}>{t('saveToPlan')}</Button>}
          </Group>
        );
      })}
      {savePlan.error && <ErrorCard error={savePlan.error} title={t('notSaved')} />}
    </Stack>
  );
}
