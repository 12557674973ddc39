import { ActionIcon, Badge, Group, Table, Text, Tooltip } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { formatCompact, formatDateTime, formatDuration, formatMoment, formatMs, formatNumber, formatRate, formatShare, isEnded, Sparkline, StateBadge, usePreferences, VerdictBadge } from '@/widgets';
import type { RunRow } from './filters';
import classes from './runs.module.css';

/** The percentiles that the list has, as far as they are chosen. */
const LISTED = ['p95', 'p99'] as const;

export type OnDelete = (run: RunRow) => void;

function Row({ run, onDelete, percentiles }: { run: RunRow; onDelete: OnDelete; percentiles: readonly (typeof LISTED)[number][] }) {
  const { t } = useTranslation('runs');
  const [, navigate] = useLocation();
  const path = `/runs/${run.number}`;
  const over = isEnded(run.state);
  // Before its first second a run has no figures.
  const figure = (value: number) => (run.started_at === null ? null : value);
  return (
    <Table.Tr className={classes.row} data-testid={`runs-row-${run.number}`} data-state={run.state} onClick={() => navigate(path)}>
      <Table.Th scope="row" className={classes.started}>
        <Link href={path} onClick={(e) => e.stopPropagation()}>{t('number', { number: run.number })}</Link>
      </Table.Th>
      <Table.Td>
        <Text size="sm" className={classes.name}>{run.name || run.plan}</Text>
        <Text size="xs" c="dimmed" className={classes.name}>{t('planAt', { plan: run.plan, revision: run.revision.slice(0, 7) })}</Text>
        {Object.keys(run.tags).length > 0 && (
          <Group gap={4} mt={2}>
            {Object.entries(run.tags).map(([name, value]) => <Badge key={name} variant="default" size="xs" tt="none">{t('tag', { name, value })}</Badge>)}
          </Group>
        )}
      </Table.Td>
      <Table.Td className={classes.started}><span title={formatDateTime(run.started_at ?? run.created_at)}>{formatMoment(run.started_at ?? run.created_at)}</span></Table.Td>
      <Table.Td className={classes.number}>{formatDuration(run.elapsed === null ? null : figure(run.elapsed / 1000))}</Table.Td>
      <Table.Td className={classes.number}>{formatNumber(figure(run.peak_users))}</Table.Td>
      <Table.Td className={classes.number}>{formatNumber(figure(run.workers))}</Table.Td>
      <Table.Td className={classes.number}>{formatCompact(figure(run.requests))}</Table.Td>
      <Table.Td className={classes.number}>{formatRate(figure(run.rps))}</Table.Td>
      {percentiles.map((p) => <Table.Td key={p} className={classes.number}>{formatMs(run.requests > 0 ? figure(run[p]) : null)}</Table.Td>)}
      <Table.Td className={`${classes.number} ${run.failing > 0.01 ? classes.bad : ''}`}>{formatShare(figure(run.failing))}</Table.Td>
      <Table.Td>
        <Group gap={4}>
          {(!run.result || run.state !== 'completed') && <StateBadge state={run.state} degraded={run.degraded} lost={run.lost} />}
          <VerdictBadge result={run.result} />
        </Group>
      </Table.Td>
      <Table.Td><Sparkline values={run.trend} width={64} tone={over ? 'quiet' : 'good'} /></Table.Td>
      <Table.Td>
        {over && (
          <Tooltip label={t('delete', { number: run.number })}>
            <ActionIcon
              variant="subtle" color="gray" aria-label={t('delete', { number: run.number })} data-testid={`runs-delete-${run.number}`}
              onClick={(e) => {
                e.stopPropagation();
                onDelete(run);
              }}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** Runs, a row each; it scrolls sideways where there is no room. */
export function RunsTable({ rows, onDelete }: { rows: readonly RunRow[]; onDelete: OnDelete }) {
  const { t } = useTranslation('runs');
  const chosen = usePreferences().percentiles;
  const percentiles = LISTED.filter((p) => chosen.includes(p));
  const numbers = ['took', 'users', 'workers', 'requests', 'rps', ...percentiles, 'errors'];
  return (
    <Table.ScrollContainer minWidth={1000} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': t('title') } }}>
      <Table highlightOnHover verticalSpacing={6} horizontalSpacing={7} data-testid="runs-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" aria-sort="descending">{t('column.number')}</Table.Th>
            <Table.Th scope="col" className={classes.wide}>{t('column.name')}</Table.Th>
            <Table.Th scope="col">{t('column.started')}</Table.Th>
            {numbers.map((name) => <Table.Th key={name} scope="col" className={classes.number}>{t(`column.${name}`)}</Table.Th>)}
            <Table.Th scope="col">{t('column.result')}</Table.Th>
            <Table.Th scope="col" className={classes.started}>{t('column.trend')}</Table.Th>
            <Table.Td />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((run) => <Row key={run.id} run={run} onDelete={onDelete} percentiles={percentiles} />)}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
