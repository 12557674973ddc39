import { Alert, Button } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useConnection, useRunSnapshot } from '@/live';
import { ErrorCard } from '@/widgets/error-card';
import { formatTime } from '@/widgets/format';
import { changeAddress } from './address';
import { useOpenRun } from './context';
import { describeEvent } from './words';

/** What is wrong with what the page shows, above it. */
export function Banners() {
  return (
    <>
      <Disconnected />
      <Degraded />
      <BacklogFailed />
    </>
  );
}

/** Numbers are no longer those of now. */
export function useLate(): boolean {
  const { live } = useOpenRun();
  const { state } = useConnection();
  return live && (state === 'stale' || state === 'reconnecting' || state === 'offline');
}

function Disconnected() {
  const { t } = useTranslation('run');
  const late = useLate();
  const { lastAt } = useConnection();
  return (
    <div role="status">
      {late && <Alert color="yellow" variant="light" icon={<IconPlugConnectedX />} data-testid="disconnected" title={t('disconnected', { at: formatTime(lastAt) })} />}
    </div>
  );
}

function Degraded() {
  const { t } = useTranslation('run');
  const { store, live } = useOpenRun();
  const { events, tick } = useRunSnapshot(store);
  const lost = events.findLast((e) => e.kind === 'worker_lost');
  if (!live || !lost || !tick || tick.lost === 0) return null;
  return (
    <Alert color="yellow" variant="light" icon={<IconAlertTriangle />} title={t('degraded', { at: formatTime(lost.at), what: describeEvent(lost, t) })} data-testid="degraded">
      <Button size="compact-sm" variant="default" onClick={() => changeAddress({ tab: 'workers' })}>{t('details')}</Button>
    </Alert>
  );
}

function BacklogFailed() {
  const { t } = useTranslation('run');
  const { store } = useOpenRun();
  const { backlog, error } = useRunSnapshot(store);
  if (backlog !== 'failed') return null;
  return <ErrorCard error={error} title={t('backlogFailed')} retry={() => store.retry()} />;
}
