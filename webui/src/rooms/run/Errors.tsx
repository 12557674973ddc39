import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/widgets/format';
import { useOpenRun } from './context';
import { ErrorTable } from './ErrorTable';
import { errorGroups } from './groups';
import { useErrors } from './useErrors';
import { useRunValue } from './useRunValue';

/** Failures, grouped by where they came from and what they say. */
export function Errors() {
  const { t } = useTranslation('run');
  const run = useOpenRun();
  const { result, store, live } = run;
  const kinds = useRunValue(store, ({ tick }) => tick?.errors.groups ?? result.errors.length);
  const count = useRunValue(store, ({ tick }) => tick?.errors.count ?? 0);
  const groups = errorGroups(useErrors(run), { groups: kinds, count });
  const failures = useRunValue(store, ({ tick }) => tick?.failures ?? result.total.failures);
  if (groups.lines.length === 0) {
    const none = failures > 0 ? t('errorsUnknown', { count: failures, text: formatNumber(failures) }) : t('noErrors');
    return <Text c="dimmed" data-testid="no-errors">{kinds > 0 || (live && failures > 0) ? t('loading') : none}</Text>;
  }
  const more = { groups: groups.more, count: groups.moreCount, text: formatNumber(groups.moreCount) };
  return (
    <Stack gap="xs">
      <ErrorTable lines={groups.lines} />
      {groups.rest && <Text size="sm" data-testid="more-errors">{t(groups.more > 0 ? 'moreErrors' : 'otherErrors', more)}</Text>}
    </Stack>
  );
}
