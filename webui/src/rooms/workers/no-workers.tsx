import { useJoin } from '@/api/queries';
import { EmptyState, ErrorCard } from '@/widgets';
import { Button, Group, Stack } from '@mantine/core';
import { IconServer2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useStartHere } from './actions';

/** What to do while there are no workers. */
export function NoWorkers({ onAdd }: { onAdd: () => void }) {
  const { t } = useTranslation('workers');
  const join = useJoin();
  const { start, waiting, error } = useStartHere();
  const here = join.data?.here === true;
  return (
    <EmptyState icon={IconServer2} title={t('none')} text={t(here ? 'noneTextHere' : 'noneText')} testId="no-workers">
      <Stack align="center">
        <Group>
          {here && (
            <Button loading={waiting} onClick={start} data-testid="start-here">{t('startHere')}</Button>
          )}
          <Button variant={here ? 'default' : 'filled'} onClick={onAdd}>{t('add')}</Button>
        </Group>
        {error && <ErrorCard error={error} title={t('notStarted')} />}
      </Stack>
    </EmptyState>
  );
}
