import { Alert, Text } from '@mantine/core';
import { IconCpu } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useOpenRun } from './context';
import classes from './run.module.css';
import { useRunValue } from './useRunValue';
import { HIGH_VIEW, highWorkers } from './workers';

/** Says when what is measured may be the workers themselves. */
export function HighCpu() {
  const { t } = useTranslation('run');
  const { store, live } = useOpenRun();
  const workers = useRunValue(store, ({ lastSecond }) => (live ? highWorkers(store.view(Math.max(0, lastSecond - HIGH_VIEW), 0)).join(', ') : ''));
  return (
    <div role="status">
      {workers !== '' && (
        <Alert color="yellow" variant="outline" p="xs" icon={<IconCpu aria-hidden />} data-testid="high-cpu">
          <Text size="sm" fw={600} className={classes.warn}>{t('highCpu', { workers })}</Text>
        </Alert>
      )}
    </div>
  );
}
