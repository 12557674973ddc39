import { ActionIcon } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconArrowDown, IconArrowUp, IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { memo, useCallback, useRef, useState, type FocusEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { RowSummary } from '@/api/types';
import { changeAddress } from './address';
import { RowCells } from './RowCells';
import type { Row, RowColumn, Sort, SortColumn, Total } from './rows';
import classes from './run.module.css';

/** Above so many rows only those in sight are in the page. */
const ALL = 200;
const HEIGHT = 33;

export interface TransactionTableProps {
  rows: Row[];
  total: Total;
  columns: RowColumn[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  /** The pointer or the focus is among the rows. */
  onHold: (hold: boolean) => void;
  /** The last two minutes of a row; null where the table is not of now. */
  trend: ((row: number) => readonly number[]) | null;
  /** The share of failed requests that a threshold allows. */
  limit: number | null;
}

interface Line {
  row: Row;
  step: boolean;
}

export function TransactionTable({ rows, total, columns, sort, onSort, onHold, trend, limit }: TransactionTableProps) {
  const { t } = useTranslation('run');
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const lines: Line[] = rows.flatMap((row) => [{ row, step: false }, ...(open.has(row.key) ? row.steps.map((step) => ({ row: step, step: true })) : [])]);
  const many = lines.length > ALL;
  const virtual = useVirtualizer({ count: many ? lines.length : 0, getScrollElement: () => box.current, estimateSize: () => HEIGHT, overscan: 12 });
  const items = virtual.getVirtualItems();
  const first = many ? (items[0]?.index ?? 0) : 0;
  const last = many ? (items.at(-1)?.index ?? 40) : lines.length - 1;
  const toggle = useCallback((key: string) => setOpen((before) => (before.has(key) ? new Set([...before].filter((k) => k !== key)) : new Set([...before, key]))), []);
  const blur = (e: FocusEvent) => !e.currentTarget.contains(e.relatedTarget) && onHold(false);
  const spacer = (height: number) => height > 0 && <tr aria-hidden="true"><td colSpan={columns.length + 1} height={height} /></tr>;
  const cells = (r: RowSummary, key: string) => <RowCells key={key} summary={r} total={total} columns={columns} limit={limit} trend={trend?.(r.id)} />;
  return (
    <div className={classes.scroll} ref={box} tabIndex={0} role="region" aria-label={t('tab.transactions')}>
      <table className={classes.table} data-testid="tx-table" aria-rowcount={lines.length + 2}>
        <thead>
          <tr>
            <SortHead column="name" sort={sort} onSort={onSort} />
            {columns.map((column) => (column === 'trend' ? <th key={column} scope="col">{t('column.trend')}</th> : <SortHead key={column} column={column} sort={sort} onSort={onSort} />))}
          </tr>
        </thead>
        <tbody onPointerEnter={() => onHold(true)} onPointerLeave={() => onHold(false)} onFocus={() => onHold(true)} onBlur={blur}>
          <tr className={classes.total} data-testid="tx-total">
            <th scope="row">{t('total')}</th>
            {cells(total, 'total')}
          </tr>
          {spacer(first * HEIGHT)}
          {lines.slice(first, last + 1).map(({ row, step }) => (
            <tr key={row.key} className={step ? `${classes.row} ${classes.step}` : classes.row} data-testid={step ? `tx-step-${row.name}` : `tx-row-${row.name}`}>
              {step ? <th scope="row">{row.name}</th> : <NameCell id={row.key} name={row.name} transaction={row.transaction} steps={row.steps.length} open={open.has(row.key)} onToggle={toggle} />}
              {cells(row.summary, row.key)}
            </tr>
          ))}
          {spacer((lines.length - 1 - last) * HEIGHT)}
        </tbody>
      </table>
    </div>
  );
}

interface NameProps {
  /** The key of its row. */
  id: string;
  name: string;
  transaction: string;
  steps: number;
  open: boolean;
  onToggle: (key: string) => void;
}

/** A row is new each second, its name is not. */
const NameCell = memo(function NameCell({ id, name, transaction, steps, open, onToggle }: NameProps) {
  const { t } = useTranslation('run');
  return (
    <th scope="row">
      <span className={classes.name}>
        <ActionIcon variant="subtle" color="gray" size={24} disabled={steps === 0} aria-expanded={open} aria-label={t('stepsOf', { name })} onClick={() => onToggle(id)}>
          {open ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
        </ActionIcon>
        <button type="button" className={classes.link} onClick={() => changeAddress({ tx: transaction })}>{name}</button>
      </span>
    </th>
  );
});

function SortHead({ column, sort, onSort }: { column: SortColumn; sort: Sort; onSort: (sort: Sort) => void }) {
  const { t } = useTranslation('run');
  const sorted = sort.by === column;
  const direction = sort.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" aria-sort={sorted ? direction : 'none'}>
      <button type="button" className={classes.sort} onClick={() => onSort({ by: column, descending: sorted ? !sort.descending : column !== 'name' })}>
        {t(`column.${column}`)}
        {sorted && (sort.descending ? <IconArrowDown size={14} /> : <IconArrowUp size={14} />)}
      </button>
    </th>
  );
}
