import { formatRelative, formatTime, formatDate, ToneBadge, VerdictBadge } from '@/widgets';
import { ActionIcon, Anchor, Group, Menu, Table, Text, Tooltip, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconCopy, IconDots, IconDownload, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'wouter';
import { segment } from '@/api/client';
import classes from './plans.module.css';
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
  const sortable = (name: PlanColumn) => (
    <Table.Th scope="col" aria-sort={column !== name ? 'none' : down ? 'descending' : 'ascending'}>
      <UnstyledButton className={classes.sort} onClick={() => onSort(name)}>
        {t(`column.${name}`)}
        <span aria-hidden>{column === name ? (down ? ' ▼' : ' ▲') : ''}</span>
      </UnstyledButton>
    </Table.Th>
  );
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table verticalSpacing="sm" highlightOnHover data-testid="plans-table">
        <Table.Thead>
          <Table.Tr>
            {sortable('name')}
            {sortable('transactions')}
            <Table.Th scope="col">{t('column.last')}</Table.Th>
            <Table.Th scope="col">{t('column.verdict')}</Table.Th>
            {sortable('modified')}
            <Table.Th scope="col">{t('column.actions')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((plan) => <PlanRow key={plan.name} plan={plan} {...deeds} />)}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function PlanRow({ plan, onStart, onDuplicate, onExport, onRename, onDelete }: PlanDeeds & { plan: PlanLine }) {
  const { t } = useTranslation('plans');
  const faults = plan.problems.filter((p) => !p.warning).length;
  return (
    <Table.Tr data-testid={`plan-row-${plan.name}`}>
      <Table.Th scope="row">
        <Group gap="xs">
          <Anchor component={Link} href={`/plans/${segment(plan.name)}`}>{plan.name}</Anchor>
          {faults > 0 && <ToneBadge tone="bad" icon={IconAlertTriangle} title={plan.problems[0]?.message}>{t('problems', { count: faults })}</ToneBadge>}
        </Group>
        {plan.description !== '' && <Text size="xs" c="dimmed" lineClamp={1} fw={400}>{plan.description}</Text>}
      </Table.Th>
      <Table.Td className="numbers">
        <Tooltip label={plan.transactions.join(', ')} disabled={plan.transactions.length === 0} multiline maw={400}>
          <span>{plan.transactions.length}</span>
        </Tooltip>
      </Table.Td>
      <Table.Td>
        {plan.last ? <Anchor component={Link} href={`/runs/${plan.last.number}`}>{t('run', { number: plan.last.number, time: formatRelative(plan.last.created_at) })}</Anchor> : '–'}
      </Table.Td>
      <Table.Td>{plan.last ? <VerdictBadge result={plan.last.result} /> : '–'}</Table.Td>
      <Table.Td className={classes.when} title={`${formatDate(plan.modified)} ${formatTime(plan.modified)}`}>{formatRelative(plan.modified)}</Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap">
          <Act label={t('start', { plan: plan.name })} onClick={() => onStart(plan)}><IconPlayerPlay size={16} aria-hidden /></Act>
          <Act label={t('duplicate', { plan: plan.name })} onClick={() => onDuplicate(plan)}><IconCopy size={16} aria-hidden /></Act>
          <Act label={t('export', { plan: plan.name })} onClick={() => onExport(plan)}><IconDownload size={16} aria-hidden /></Act>
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={t('more', { plan: plan.name })}><IconDots size={16} aria-hidden /></ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => onRename(plan)}>{t('rename')}</Menu.Item>
              <Menu.Item onClick={() => onDelete(plan)} c="var(--lh-bad)">{t('delete')}</Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function Act({ label, onClick, children }: { label: string; onClick: () => void; children: React.ReactNode }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={onClick}>{children}</ActionIcon>
    </Tooltip>
  );
}
