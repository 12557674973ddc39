import { Button, Group, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconPlayerStop } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStopAsked } from '@/shell/stop-asked';
import { formatNumber } from '@/widgets/format';
import { stopRun } from './actions';
import { useOpenRun } from './context';
import { standing } from './state';
import { useRunValue } from './useRunValue';

/** After so many seconds of waiting for a graceful end the page offers to force it. */
const PATIENCE = 3;

/** Stops the run, in whatever state it is; asks in place, not in a dialog. */
export function StopControl() {
  const { t } = useTranslation('run');
  const { result, store } = useOpenRun();
  const workers = useRunValue(store, ({ tick }) => tick?.workers ?? 0);
  const [asking, setAsking] = useState(false);
  const asked = useStopAsked(result.id);
  useEffect(() => {
    if (asked > 0) setAsking(true);
  }, [asked]);
  const stop = useMutation({ mutationFn: (now: boolean) => stopRun(result.id, now), onSuccess: () => setAsking(false) });
  const stopping = useRunValue(store, ({ tick }) => standing(result, tick).phase === 'stopping');
  const waited = useSecondsSince(stopping);

  if (stopping) {
    return (
      <Group gap="xs" role="status">
        <Text size="sm" className="numbers">{t('stoppingFor', { seconds: formatNumber(waited), workers })}</Text>
        {waited >= PATIENCE && (
          <Button size="xs" color="red" variant="light" loading={stop.isPending} onClick={() => stop.mutate(true)}>{t('force')}</Button>
        )}
        <Failure error={stop.error} />
      </Group>
    );
  }
  if (!asking) {
    return (
      <Button size="xs" color="red" variant="light" leftSection={<IconPlayerStop size={16} />} data-testid="stop" onClick={() => setAsking(true)}>{t('stop')}</Button>
    );
  }
  return (
    <Group gap="xs" role="group" aria-label={t('stopAsk', { number: result.number })}>
      <Text size="sm" fw={600}>{t('stopAsk', { number: result.number })}</Text>
      <Button size="xs" color="red" autoFocus loading={stop.isPending} data-testid="stop-confirm" onClick={() => stop.mutate(false)}>{t('stopGracefully')}</Button>
      <Button size="xs" color="red" variant="light" disabled={stop.isPending} data-testid="stop-now" onClick={() => stop.mutate(true)}>{t('stopNow')}</Button>
      <Button size="xs" variant="default" onClick={() => setAsking(false)}>{t('keepRunning')}</Button>
      <Failure error={stop.error} />
    </Group>
  );
}

function Failure({ error }: { error: Error | null }) {
  return error ? <Text size="sm" c="var(--lh-bad)" role="alert">{error.message}</Text> : null;
}

/** How many seconds something has been so. */
function useSecondsSince(on: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    setSeconds(0);
    if (!on) return;
    const from = Date.now();
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - from) / 1000)), 500);
    return () => clearInterval(timer);
  }, [on]);
  return seconds;
}
