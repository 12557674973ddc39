import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useConnectionValue } from '@/live';
import { ErrorCard } from '@/widgets/error-card';
import { formatTime } from '@/widgets/format';
import { changeAddress } from './address';
import { useOpenRun } from './context';
import { HighCpu } from './HighCpu';
import classes from './run.module.css';
import { lostWorkers, silentWorkers } from './state';
import { useAway, useHeld } from './useLate';
import { useRunValue } from './useRunValue';
import { describeEvent, silentText } from './words';

/** So many lost workers are named, the last ones. */
const NAMED = 3;

/** What is wrong with what the page shows, above it. */
export function Banners() {
  return (
    <>
      <Disconnected />
      <Silent />
      <Degraded />
      <HighCpu />
      <BacklogFailed />
    </>
  );
}

function Disconnected() {
  const { t } = useTranslation('run');
  const late = useAway();
  const lastAt = useConnectionValue((connection) => (late ? connection.lastAt : null));
  return (
    <div role="status" className={classes.said}>
      {late && (
        <Alert color="yellow" variant="outline" p="xs" icon={<IconPlugConnectedX aria-hidden />} data-testid="disconnected">
          <Text size="sm" fw={600} className={classes.warn}>{t('disconnected', { at: formatTime(lastAt) })}</Text>
        </Alert>
      )}
    </div>
  );
}

/** While a worker is silent the numbers stand still, though the master is heard. */
function Silent() {
  const { t } = useTranslation('run');
  const { store } = useOpenRun();
  const held = useHeld();
  const events = useRunValue(store, (snapshot) => snapshot.events);
  const count = useRunValue(store, ({ tick }) => tick?.suspect ?? 0);
  const silent = silentWorkers(events, count);
  if (held === null || silent.length === 0) return null;
  return (
    <Alert color="yellow" variant="outline" p="xs" icon={<IconAlertTriangle aria-hidden />} data-testid="silent">
      <Text size="sm" fw={600} className={classes.warn}>{silentText(silent, held, NAMED, t)}</Text>
    </Alert>
  );
}

function Degraded() {
  const { t } = useTranslation('run');
  const { store, live } = useOpenRun();
  const events = useRunValue(store, (snapshot) => snapshot.events);
  const missing = useRunValue(store, ({ tick }) => tick?.lost ?? 0);
  const lost = lostWorkers(events).slice(-missing);
  if (!live || missing === 0 || lost.length === 0) return null;
  return (
    <Alert color="yellow" variant="outline" p="xs" icon={<IconAlertTriangle aria-hidden />} data-testid="degraded">
      <Group gap="sm">
        <div>
          {lost.slice(-NAMED).map((e) => (
            <Text key={e.worker} size="sm" fw={600} className={classes.warn}>{t('degraded', { at: formatTime(e.at), what: describeEvent(e, t) })}</Text>
          ))}
          {lost.length > NAMED && <Text size="sm" fw={600} className={classes.warn}>{t('moreLost', { count: lost.length - NAMED })}</Text>}
        </div>
        <Button size="compact-sm" variant="default" onClick={() => changeAddress({ tab: 'workers' })}>{t('details')}</Button>
      </Group>
    </Alert>
  );
}

function BacklogFailed() {
  const { t } = useTranslation('run');
  const { store } = useOpenRun();
  const backlog = useRunValue(store, (snapshot) => snapshot.backlog);
  const error = useRunValue(store, (snapshot) => snapshot.error);
  if (backlog !== 'failed') return null;
  return <ErrorCard error={error} title={t('backlogFailed')} retry={() => store.retry()} />;
}
