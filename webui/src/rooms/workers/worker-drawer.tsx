import type { Worker } from '@/api/types';
import { ErrorCard, formatAge, formatBytes, formatMs, formatNumber, formatRate, formatShare, formatTime, reasonText } from '@/widgets';
import { Anchor, Drawer, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Facts } from './facts';
import { WorkerState } from './state';
import { WorkerCharts } from './worker-charts';
import { WorkerProcess } from './worker-process';

export interface WorkerDrawerProps {
  /** That was asked for; null: none. */
  id: string | null;
  /** undefined: there is none by that id. */
  worker: Worker | undefined;
  now: number;
  onClose: () => void;
}

/** Everything that is known of a worker, and what it says itself. */
export function WorkerDrawer({ id, worker, now, onClose }: WorkerDrawerProps) {
  const { t } = useTranslation('workers');
  return (
    <Drawer opened={id !== null} onClose={onClose} position="right" size="xl" title={id ?? ''} closeButtonProps={{ 'aria-label': t('close') }}>
      {id !== null && !worker && <Text role="status" data-testid="worker-gone">{t('gone', { worker: id })}</Text>}
      {worker && <Content key={worker.id} worker={worker} now={now} />}
    </Drawer>
  );
}

function Content({ worker: w, now }: { worker: Worker; now: number }) {
  const { t } = useTranslation('workers');
  // One that the registry does not list any more cannot be asked.
  const lost = w.state === 'lost';
  return (
    <Stack data-testid="worker-drawer">
      {w.error !== '' && <ErrorCard error={new Error(w.why ? reasonText(w.why) : w.error)} title={t('lastError')} />}
      {!lost && (
        <>
          <Title order={3} size="h5">{t('minutes')}</Title>
          <WorkerCharts id={w.id} />
        </>
      )}
      <Known worker={w} now={now} lost={lost} />
      <WorkerProcess worker={w} />
    </Stack>
  );
}

/** What the master knows. What a lost worker has now is not known. */
function Known({ worker: w, now, lost }: { worker: Worker; now: number; lost: boolean }) {
  const { t } = useTranslation('workers');
  const unless = (text: string) => (lost ? '–' : text);
  return (
    <Facts
      testId="worker-facts"
      facts={[
        [t('column.state'), <WorkerState key="s" worker={w} />],
        [t('column.host'), w.host],
        [t('column.address'), w.address],
        [t('column.version'), t('versionText', { version: w.version, protocol: w.protocol })],
        [t('column.system'), `${w.os}, ${t('cores', { count: w.cpus })}`],
        [t('column.labels'), Object.entries(w.labels).map(([k, v]) => `${k}=${v}`).join(', ') || '–'],
        [t('column.run'), w.run ? <Anchor key="r" href={`#/runs/${w.run}`}>{t('openRun')}</Anchor> : '–'],
        [t('column.users'), unless(formatNumber(w.users))],
        [t('column.rps'), unless(formatRate(w.rps))],
        [t('column.cpu'), unless(formatShare(w.cpu))],
        [t('column.memory'), unless(formatBytes(w.memory))],
        [t('column.lag'), unless(formatMs(w.lag))],
        [t('column.clock'), formatMs(w.clock_offset)],
        [t('column.beat'), lost ? t('lastSeen', { time: formatTime(w.last_seen) }) : formatMs(w.beat)],
        [t('column.started'), unless(formatAge((now - Date.parse(w.started)) / 1000))],
      ]}
    />
  );
}
