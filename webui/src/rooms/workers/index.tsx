import { queries } from '@/api/queries';
import { useConnectionValue, useWorkers } from '@/live';
import { ErrorCard, formatTime, PageHeader } from '@/widgets';
import { Alert, Button, Skeleton, Stack, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'wouter';
import { useWorkerActions } from './actions';
import { AddWorker } from './add-worker';
import { count } from './fleet';
import { NoWorkers } from './no-workers';
import { RegistryBanner } from './registry-banner';
import { WorkerDrawer } from './worker-drawer';
import { WorkersTable } from './workers-table';
import classes from './workers.module.css';

/** The fleet, live. */
export default function WorkersPage() {
  const { t } = useTranslation('workers');
  const live = useWorkers();
  // Until the socket has said anything the list is asked for.
  const first = useQuery({ ...queries.workers(), enabled: live === undefined });
  const clockOffset = useConnectionValue((connection) => connection.clockOffset);
  const stale = useConnectionValue(({ state }) => state === 'reconnecting' || state === 'offline');
  const session = useQuery(queries.session());
  const actions = useWorkerActions();
  const [adding, setAdding] = useState(false);
  const [params, setParams] = useSearchParams();
  const asked = params.get('w');
  const workers = live?.workers ?? first.data;
  const now = live?.at ?? Date.now() + clockOffset;
  const open = (id: string | null) => setParams((old) => {
    const next = new URLSearchParams(old);
    if (id === null) next.delete('w');
    else next.set('w', id);
    return next;
  });
  const counts = count(workers ?? []);
  return (
    <Stack>
      <PageHeader
        title={t('title')}
        beside={workers && (
          <Text c="dimmed" data-testid="worker-counts">
            {t('counts', counts)}{counts.draining > 0 && t('countDraining', counts)}{session.data && t('countProtocol', { protocol: session.data.protocol })}
          </Text>
        )}
      >
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)} data-testid="add-worker">{t('add')}</Button>
      </PageHeader>
      {stale && live && <Alert color="yellow" role="status">{t('asOf', { time: formatTime(live.at) })}</Alert>}
      {!stale && <RegistryBanner />}
      {actions.error && <ErrorCard error={actions.error} />}
      {!workers && first.error && <ErrorCard error={first.error} retry={() => void first.refetch()} />}
      {!workers && !first.error && <Skeleton height={160} />}
      {workers?.length === 0 && <NoWorkers onAdd={() => setAdding(true)} />}
      {workers && workers.length > 0 && (
        <div className={stale ? classes.stale : undefined}>
          <WorkersTable
            workers={workers} now={now} masterVersion={session.data?.version ?? ''}
            onOpen={(w) => open(w.id)} onExclude={actions.exclude} onDrain={actions.drain} onDismiss={actions.dismiss}
          />
        </div>
      )}
      <AddWorker opened={adding} onClose={() => setAdding(false)} workers={workers ?? []} />
      <WorkerDrawer id={workers ? asked : null} worker={workers?.find((w) => w.id === asked)} now={now} onClose={() => open(null)} />
    </Stack>
  );
}
