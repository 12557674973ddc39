import { formatRelative, formatTime, formatDate, StateBadge, ToneBadge, VerdictBadge } from '@/widgets';
import { ActionIcon, Anchor, Group, Menu, Table, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCopy, IconDots, IconDownload, IconPlayerPlay } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { segment } from '@/api/client';
import type { RunInfo } from '@/api/types';
import classes from './plans.module.css';
import { transactionCount } from './plan-files';
import type { PlanColumn, PlanLine } from './use-plans';

export interface PlanDeeds {
  onStart: (p: PlanLine) => void;
  onDuplicate: (p: PlanLine) => void;
  onExport: (p: PlanLine) => void;
  onRename: (p: PlanLine) => void;
  onDelete: (p: PlanLine) => void;
}

export interface PlansTableProps extends PlanDeeds {
  lines: readonly PlanLine[];
  column: PlanColumn;
  down: boolean;
  onSort: (column: PlanColumn) => void;
}

/** The plans of the workspace. */
export function PlansTable({ lines, column, down, onSort, ...deeds }: PlansTableProps) {
  const { t } = useTranslation('plans');
  const sortable = (name: PlanColumn, look = '') => (
    <Table.Th scope="col" className={look} aria-sort={column !== name ? 'none' : down ? 'descending' : 'ascending'}>
      <UnstyledButton className={classes.sort} onClick={() => onSort(name)}>
        {t(`column.${name}`)}
        <span aria-hidden>{column === name ? (down ? ' ▼' : ' ▲') : ''}</span>
      </UnstyledButton>
    </Table.Th>
  );
  return (
    <div className={classes.list}>
      <Table verticalSpacing={3} horizontalSpacing="xs" highlightOnHover data-testid="plans-table">
        <Table.Thead>
          <Table.Tr>
            {sortable('name')}
            {sortable('transactions', `${classes.number} ${classes.wide}`)}
            <Table.Th scope="col">{t('column.last')}</Table.Th>
            <Table.Th scope="col">{t('column.verdict')}</Table.Th>
            {sortable('modified', classes.wide)}
            <Table.Th scope="col" className={classes.actions}>{t('column.actions')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((plan) => <PlanRow key={plan.name} plan={plan} {...deeds} />)}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function PlanRow({ plan, onStart, onDuplicate, onExport, onRename, onDelete }: PlanDeeds & { plan: PlanLine }) {
  const { t } = useTranslation('plans');
  const faults = plan.problems.filter((p) => !p.warning).length;
  return (
    <Table.Tr data-testid={`plan-row-${plan.name}`}>
      <Table.Th scope="row" className={classes.name}>
        <div className={classes.line}>
          <Anchor component={Link} size="sm" href={`/plans/${segment(plan.name)}`}>{plan.name}</Anchor>
          {faults > 0 && <ToneBadge tone="bad" icon={IconAlertTriangle} title={plan.problems[0]?.message}>{t('problems', { count: faults })}</ToneBadge>}
          {plan.description !== '' && <Text size="xs" c="dimmed" fw={400} title={plan.description} className={classes.description}>{plan.description}</Text>}
        </div>
      </Table.Th>
      <Table.Td className={`${classes.number} ${classes.wide}`}>
        <Tooltip label={plan.transactions.join(', ')} disabled={plan.transactions.length === 0} multiline maw={400}>
          <span>{transactionCount(plan)}</span>
        </Tooltip>
      </Table.Td>
      <Table.Td className={classes.when}>
        {plan.last ? <Anchor component={Link} size="sm" href={`/runs/${plan.last.number}`}>{t('run', { number: plan.last.number, time: formatRelative(plan.last.created_at) })}</Anchor> : '–'}
      </Table.Td>
      <Table.Td>{plan.last ? <Outcome run={plan.last} /> : '–'}</Table.Td>
      <Table.Td className={`${classes.when} ${classes.wide}`} title={`${formatDate(plan.modified)} ${formatTime(plan.modified)}`}>{formatRelative(plan.modified)}</Table.Td>
      <Table.Td className={classes.actions}>
        <Group gap={2} wrap="nowrap" justify="flex-end">
          <Act label={t('start', { plan: plan.name })} onClick={() => onStart(plan)}><IconPlayerPlay size={16} aria-hidden /></Act>
          <Act className={classes.roomy} label={t('duplicate', { plan: plan.name })} onClick={() => onDuplicate(plan)}><IconCopy size={16} aria-hidden /></Act>
          <Act className={classes.roomy} label={t('export', { plan: plan.name })} onClick={() => onExport(plan)}><IconDownload size={16} aria-hidden /></Act>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={t('more', { plan: plan.name })} data-testid={`plan-more-${plan.name}`}><IconDots size={16} aria-hidden /></ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => onDuplicate(plan)}>{t('duplicateOne')}</Menu.Item>
              <Menu.Item onClick={() => onExport(plan)}>{t('exportOne')}</Menu.Item>
              <Menu.Item onClick={() => onRename(plan)}>{t('rename')}</Menu.Item>
              <Menu.Item onClick={() => onDelete(plan)} c="var(--lh-bad)">{t('delete')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

/** What came of a run; how it stands, where that says more than its thresholds do. */
function Outcome({ run }: { run: RunInfo }) {
  return run.result !== '' && run.state === 'completed' ? <VerdictBadge result={run.result} /> : <StateBadge state={run.state} degraded={run.degraded} />;
}

function Act({ label, onClick, className, children }: { label: string; onClick: () => void; className?: string; children: ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" className={className} aria-label={label} onClick={onClick}>{children}</ActionIcon>
    </Tooltip>
  );
}
