import { Button, Group, Menu, Text } from '@mantine/core';
import { useMutation, type UseMutationResult } from '@tanstack/react-query';
import { IconChevronDown, IconPlayerStop } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRunConfig } from '@/api/queries';
import { useStopAsked } from '@/shell/stop-asked';
import { formatDuration, formatNumber } from '@/widgets/format';
import { stopRun } from './actions';
import { useOpenRun } from './context';
import { DiscardDialog } from './DiscardDialog';
import { graceOf, stoppingSince } from './grace';
import { standing } from './state';
import { useRunValue } from './useRunValue';

/** After so many seconds of waiting for a graceful end the page offers to force it. */
const PATIENCE = 3;

/** Stops the run, in whatever state it is; asks in place, but for what deletes it. */
export function StopControl() {
  const [discarding, setDiscarding] = useState(false);
  return (
    <>
      <Stop onDiscard={() => setDiscarding(true)} />
      <DiscardDialog opened={discarding} onClose={() => setDiscarding(false)} />
    </>
  );
}

/** What is asked: nothing, or how the run is to stop, with the focus on one of the answers. */
type Asking = 'no' | 'gracefully' | 'now';

function Stop({ onDiscard }: { onDiscard: () => void }) {
  const { t } = useTranslation('run');
  const { result, store } = useOpenRun();
  const workers = useRunValue(store, ({ tick }) => tick?.workers ?? 0);
  const [asking, setAsking] = useState<Asking>('no');
  const asked = useStopAsked(result.id);
  useEffect(() => {
    if (asked > 0) setAsking('gracefully');
  }, [asked]);
  const stop = useMutation({ mutationFn: (now: boolean) => stopRun(result.id, now), onSuccess: () => setAsking('no') });
  const stopping = useRunValue(store, ({ tick }) => standing(result, tick).phase === 'stopping');

  const menu = (
    <StopMenu>
      {!stopping && <Menu.Item onClick={() => setAsking('gracefully')} data-testid="menu-gracefully">{t('stopGracefully')}</Menu.Item>}
      {!stopping && <Menu.Item onClick={() => setAsking('now')} data-testid="menu-now">{t('stopNow')}</Menu.Item>}
      <Menu.Item c="var(--lh-bad)" onClick={onDiscard} data-testid="menu-discard">{t('discard')}</Menu.Item>
    </StopMenu>
  );
  if (stopping) {
    return (
      <Group gap="xs">
        <Stopping workers={workers} force={stop} />
        {menu}
      </Group>
    );
  }
  if (asking === 'no') {
    return (
      <Button.Group>
        <Button size="xs" color="red" variant="light" leftSection={<IconPlayerStop size={16} />} data-testid="stop" onClick={() => setAsking('gracefully')}>{t('stop')}</Button>
        {menu}
      </Button.Group>
    );
  }
  return (
    <Group gap="xs" role="group" aria-label={t('stopAsk', { number: result.number })}>
      <Text size="sm" fw={600}>{t('stopAsk', { number: result.number })}</Text>
      <Button size="xs" color="red" autoFocus={asking === 'gracefully'} loading={stop.isPending} data-testid="stop-confirm" onClick={() => stop.mutate(false)}>{t('stopGracefully')}</Button>
      <Button size="xs" color="red" variant="light" autoFocus={asking === 'now'} disabled={stop.isPending} data-testid="stop-now" onClick={() => stop.mutate(true)}>{t('stopNow')}</Button>
      <Button size="xs" variant="default" onClick={() => setAsking('no')}>{t('keepRunning')}</Button>
      <Failure error={stop.error} />
    </Group>
  );
}

/** All ways to stop. None of them does anything before it has asked. */
function StopMenu({ children }: { children: ReactNode }) {
  const { t } = useTranslation('run');
  return (
    <Menu position="bottom-start" shadow="md">
      <Menu.Target>
        <Button size="xs" px={6} color="red" variant="light" aria-label={t('stopWays')} data-testid="stop-menu"><IconChevronDown size={16} /></Button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

/** How long the run has been ending, and how long it may take. */
function Stopping({ workers, force }: { workers: number; force: UseMutationResult<unknown, Error, boolean> }) {
  const { t } = useTranslation('run');
  const { result, store } = useOpenRun();
  const since = useRunValue(store, ({ events }) => stoppingSince(events));
  const elapsed = useRunValue(store, ({ tick }) => (tick?.elapsed ?? 0) / 1000);
  const { data } = useRunConfig(result.id);
  const seen = useSeconds();
  const waited = since === null ? seen : Math.max(0, Math.floor(elapsed - since));
  const grace = graceOf(data?.plan_json);
  return (
    <Group gap="xs">
      <Text size="sm" className="numbers" data-testid="stopping">
        {t('stoppingFor', { seconds: formatNumber(waited), workers: t('workersThere', { count: workers, text: formatNumber(workers) }) })}
        {grace !== null && grace > waited && ` ${t('graceLeft', { left: formatDuration(grace - waited) })}`}
      </Text>
      {seen >= PATIENCE && (
        <Button size="xs" color="red" variant="light" loading={force.isPending} data-testid="force" onClick={() => force.mutate(true)}>{t('force')}</Button>
      )}
      <Failure error={force.error} />
    </Group>
  );
}

function Failure({ error }: { error: Error | null }) {
  return error ? <Text size="sm" c="var(--lh-bad)" role="alert">{error.message}</Text> : null;
}

/** For how many seconds this has been shown. */
function useSeconds(): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const from = Date.now();
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - from) / 1000)), 500);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
