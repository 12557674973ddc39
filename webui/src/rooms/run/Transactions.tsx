import { Alert, Checkbox, Group, Menu, Button, Stack, Text, TextInput } from '@mantine/core';
import { IconColumns3, IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorCard } from '@/widgets/error-card';
import { useOpenRun } from './context';
import { filterRows, nestRows, ROW_COLUMNS, type RowColumn, type Sort } from './rows';
import { failureLimit } from './thresholds';
import { TransactionTable } from './TransactionTable';
import { useHeldOrder } from './useHeldOrder';
import { useRows } from './useRows';
import { useStored } from './useStored';
import { useTrends } from './useTrends';

const MANY = 200;
const FIRST_SORT: Sort = { by: 'requests', descending: true };
const FIRST_COLUMNS: RowColumn[] = ROW_COLUMNS.filter((c) => c !== 'p90' && c !== 'mean');

function isSort(value: unknown): value is Sort {
  const sort = value as Sort | null;
  return typeof sort === 'object' && sort !== null && (sort.by === 'name' || (ROW_COLUMNS as readonly string[]).includes(sort.by)) && typeof sort.descending === 'boolean';
}

function isColumns(value: unknown): value is RowColumn[] {
  return Array.isArray(value) && value.every((c) => (ROW_COLUMNS as readonly unknown[]).includes(c));
}

export function Transactions() {
  const { t } = useTranslation('run');
  const run = useOpenRun();
  const [filter, setFilter] = useState('');
  const [sort, setSort] = useStored('lh-tx-sort', FIRST_SORT, isSort);
  const [columns, setColumns] = useStored('lh-tx-columns', FIRST_COLUMNS, isColumns);
  const { rows, total, error, loading } = useRows(run);
  const nested = useMemo(() => nestRows(rows), [rows]);
  const order = useHeldOrder(filterRows(nested, filter), sort, total);
  const { tick } = run.store.snapshot();
  // What the last two minutes were is known of now only.
  const trends = useTrends(run.store);
  const trend = run.live && !run.address.zoom ? trends : null;
  const shown = useMemo(() => ROW_COLUMNS.filter((c) => columns.includes(c) && (c !== 'trend' || trend !== null)), [columns, trend]);
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <TextInput aria-label={t('filterRows')} placeholder={t('filter')} leftSection={<IconSearch size={16} />} value={filter} onChange={(e) => setFilter(e.currentTarget.value)} data-testid="tx-filter" data-page-filter />
        <ColumnPicker columns={columns} onColumns={setColumns} />
        <Text size="sm" c="dimmed">{order.held ? t('orderHeld') : t('rowCount', { count: order.rows.length })}</Text>
      </Group>
      {nested.length > MANY && <Alert color="yellow" variant="outline">{t('manyNames', { count: nested.length })}</Alert>}
      {error && <ErrorCard error={error} title={t('rowsFailed')} />}
      {loading && !error ? <Text c="dimmed">{t('loading')}</Text> : <TransactionTable rows={order.rows} total={total} columns={shown} sort={sort} onSort={setSort} onHold={order.hold} trend={trend} limit={failureLimit(tick?.thresholds ?? run.result.thresholds)} />}
    </Stack>
  );
}

function ColumnPicker({ columns, onColumns }: { columns: RowColumn[]; onColumns: (columns: RowColumn[]) => void }) {
  const { t } = useTranslation('run');
  const toggle = (column: RowColumn) => onColumns(columns.includes(column) ? columns.filter((c) => c !== column) : [...columns, column]);
  return (
    <Menu closeOnItemClick={false} withinPortal={false}>
      <Menu.Target>
        <Button size="sm" variant="default" leftSection={<IconColumns3 size={16} />}>{t('columns')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {ROW_COLUMNS.map((column) => (
          <Menu.Item key={column} role="menuitemcheckbox" aria-checked={columns.includes(column)} onClick={() => toggle(column)} leftSection={<Checkbox.Indicator size="xs" checked={columns.includes(column)} />}>
            {t(`column.${column}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
