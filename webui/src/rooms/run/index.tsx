import { Anchor, Skeleton, Stack } from '@mantine/core';
import { IconFileUnknown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'wouter';
import { ApiError } from '@/api/client';
import { EmptyState } from '@/widgets/empty-state';
import { ErrorCard } from '@/widgets/error-card';
import { PageTitle } from '@/widgets/page-header';
import { useAddress } from './address';
import { RunView } from './RunView';
import { useRunResult } from './useRunResult';

/** The page of a run: #/runs/<number or id>. */
export default function RunPage() {
  const { t } = useTranslation('run');
  const { run = '' } = useParams<{ run?: string }>();
  const address = useAddress(run);
  const { data, error, refetch } = useRunResult(address.run);
  if (data) return <RunView key={data.id} result={data} address={address} />;
  if (error instanceof ApiError && error.status === 404) return <Missing run={address.run} />;
  return (
    <Stack>
      <PageTitle size="h3">{t('headingLoading', { run: address.run })}</PageTitle>
      {error ? <ErrorCard error={error} title={t('loadFailed')} retry={() => void refetch()} /> : <Skeleton h={320} aria-label={t('loading')} />}
    </Stack>
  );
}

function Missing({ run }: { run: string }) {
  const { t } = useTranslation('run');
  return (
    <Stack data-testid="run-missing">
      <PageTitle size="h3">{t('missing', { run })}</PageTitle>
      <EmptyState icon={IconFileUnknown} title={t('missingTitle')} text={t('missingHelp')}>
        <Anchor href="#/runs">{t('allRuns')}</Anchor>
      </EmptyState>
    </Stack>
  );
}
