import { queries } from '@/api/queries';
import type { Worker, WorkerProcess as Process, WorkerRun } from '@/api/types';
import { ErrorCard, formatBytes, formatDateTime, formatDuration, formatMs, formatNumber } from '@/widgets';
import { Anchor, Code, Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Facts } from './facts';
import { WorkerLog } from './worker-log';
import classes from './workers.module.css';

/** What the worker's own process says: its runs, its log, and how it was set up. */
export function WorkerProcess({ worker }: { worker: Worker }) {
  const { t } = useTranslation('workers');
  const { data, error, refetch } = useQuery({ ...queries.workerProcess(worker.id), retry: false });
  return (
    <>
      {error && <ErrorCard error={error} title={t('unreachable')} retry={() => void refetch()} testId="worker-process-error" />}
      {!data && !error && <Skeleton height={160} />}
      {data && (
        <div className={error ? classes.stale : undefined}><Runs runs={data.runs} own={worker.run} /></div>
      )}
      <WorkerLog id={worker.id} />
      {data && (
        <div className={error ? classes.stale : undefined}><Setup process={data} /></div>
      )}
    </>
  );
}

function Runs({ runs, own }: { runs: readonly WorkerRun[]; own: string }) {
  const { t } = useTranslation('workers');
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">{t('runs')}</Title>
      {runs.length === 0 && <Text size="sm" c="dimmed">{t('noRuns')}</Text>}
      {runs.map((r) => (
        <Text key={r.run} size="sm" data-testid="worker-run">
          {r.run === own ? <Anchor href={`#/runs/${r.run}`}>{t('openRun')}</Anchor> : <Code>{r.run}</Code>}{' '}
          {runText(r, r.run === own, t)}
        </Text>
      ))}
    </Stack>
  );
}

function runText(r: WorkerRun, ours: boolean, t: TFunction<'workers'>): string {
  const parts = [t('runSince', { at: formatDateTime(r.began) })];
  if (r.owner !== '') parts.push(t('runOf', { owner: r.owner }));
  if (r.ended) parts.push(t('runEnded'));
  else if (r.free_in > 0) parts.push(t('runSilent', { silent: formatDuration(r.silent / 1e3), left: formatDuration(r.free_in / 1e3) }));
  else if (!ours) parts.push(t('runOther'));
  return parts.join(t('comma'));
}

function Setup({ process: p }: { process: Process }) {
  const { t } = useTranslation('workers');
  return (
    <Stack gap="xs">
      <Title order={3} size="h5">{t('setup')}</Title>
      <Facts
        testId="worker-setup"
        facts={[
          [t('fact.version'), p.version],
          [t('fact.go'), p.go],
          [t('fact.system'), p.os],
          [t('fact.process'), String(p.process)],
          [t('fact.cores'), p.threads === p.cores ? formatNumber(p.cores) : t('threads', { cores: p.cores, threads: p.threads })],
          [t('fact.memory'), p.memory > 0 ? formatBytes(p.memory) : '–'],
          [t('fact.files'), p.open_files > 0 ? formatNumber(p.open_files) : '–'],
          [t('fact.started'), formatDateTime(p.started)],
          [t('fact.clock'), formatMs(p.clock_offset)],
        ]}
      />
      <Title order={3} size="h5">{t('flags')}</Title>
      <Table className={classes.flags} data-testid="worker-flags">
        <Table.Tbody>
          {p.flags.filter((f) => f.given || f.value !== '').map((f) => (
            <Table.Tr key={f.name}>
              <Table.Th scope="row"><Code>--{f.name}</Code></Table.Th>
              <Table.Td className={classes.value}>{f.value === '' ? '–' : f.value}</Table.Td>
              <Table.Td c="dimmed">{f.given ? t('given') : t('chosen')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
