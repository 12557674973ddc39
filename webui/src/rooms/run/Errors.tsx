import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRunSnapshot } from '@/live';
import { formatNumber } from '@/widgets/format';
import { useOpenRun } from './context';
import { ErrorTable } from './ErrorTable';
import { errorGroups } from './groups';

/** Failures, grouped by where they came from and what they say. */
export function Errors() {
  const { t } = useTranslation('run');
  const { result, store } = useOpenRun();
  const { tick } = useRunSnapshot(store);
  const groups = errorGroups(result.errors, tick?.errors ?? null);
  if (groups.lines.length === 0) return <Text c="dimmed" data-testid="no-errors">{t(tick?.errors.count ? 'loading' : 'noErrors')}</Text>;
  return (
    <Stack gap="xs">
      <ErrorTable lines={groups.lines} />
      {groups.more > 0 && <Text size="sm">{t('moreErrors', { groups: groups.more, count: formatNumber(groups.moreCount) })}</Text>}
    </Stack>
  );
}
