import { Alert, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ApiError } from '@/api/client';
import { usePlan } from '@/api/queries';
import type { RunConfig } from '@/api/types';
import { Diff } from '@/code';
import classes from './run.module.css';

/** What has changed in the plan since the run. */
export function ConfigDiff({ config }: { config: RunConfig }) {
  const { t } = useTranslation('run');
  const { data, error } = usePlan(config.plan);
  if (error) {
    const gone = error instanceof ApiError && error.status === 404;
    return <Alert color="yellow" variant="outline"><Text size="sm" className={classes.warn}>{gone ? t('config.gone', { plan: config.plan }) : error.message}</Text></Alert>;
  }
  if (!data) return <Text c="dimmed">{t('loading')}</Text>;
  if (data.text === config.plan_text) return <Text size="sm" data-testid="config-same">{t('config.same')}</Text>;
  return <Diff mine={config.plan_text} theirs={data.text} language="yaml" labels={{ mine: t('config.then'), theirs: t('config.now') }} />;
}
