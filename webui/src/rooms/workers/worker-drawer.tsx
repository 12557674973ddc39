import type { Worker } from '@/api/types';
import { ErrorCard, formatAge, formatBytes, formatMs, formatNumber, formatRate, formatShare, formatTime, Sparkline } from '@/widgets';
import { Anchor, Drawer, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { WorkerState } from './state';

/** Everything that is known of a worker. */
export function WorkerDrawer({ worker, now, onClose }: { worker: Worker | undefined; now: number; onClose: () => void }) {
  const { t } = useTranslation('workers');
  return (
    <Drawer opened={worker !== undefined} onClose={onClose} position="right" title={worker?.id} closeButtonProps={{ 'aria-label': t('close') }}>
      {worker && <Facts worker={worker} now={now} />}
    </Drawer>
  );
}

function Facts({ worker: w, now }: { worker: Worker; now: number }) {
  const { t } = useTranslation('workers');
  // What a lost worker has now is not known.
  const lost = w.state === 'lost';
  const facts: [string, React.ReactNode][] = [
    ['state', <WorkerState key="s" worker={w} />],
    ['host', w.host],
    ['address', w.address],
    ['version', t('versionText', { version: w.version, protocol: w.protocol })],
    ['system', `${w.os}, ${t('cores', { count: w.cpus })}`],
    ['labels', Object.entries(w.labels).map(([k, v]) => `${k}=${v}`).join(', ') || '–'],
    ['run', w.run ? <Anchor key="r" href={`#/runs/${w.run}`}>{t('openRun')}</Anchor> : '–'],
    ['users', lost ? '–' : formatNumber(w.users)],
    ['rps', lost ? '–' : formatRate(w.rps)],
    ['cpu', lost ? '–' : formatShare(w.cpu)],
    ['memory', lost ? '–' : formatBytes(w.memory)],
    ['lag', lost ? '–' : formatMs(w.lag)],
    ['clock', formatMs(w.clock_offset)],
    ['beat', lost ? t('lastSeen', { time: formatTime(w.last_seen) }) : formatMs(w.beat)],
    ['started', lost ? '–' : formatAge((now - Date.parse(w.started)) / 1000)],
  ];
  return (
    <Stack>
      {w.error !== '' && <ErrorCard error={new Error(w.error)} title={t('lastError')} />}
      <Text size="sm">{t('cpuTrend')}</Text>
      <Sparkline values={w.cpu_trend} top={1} width={320} height={60} />
      <Table className="numbers" variant="vertical" data-testid="worker-facts">
        <Table.Tbody>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{t(`column.${name}`)}</Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
