import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import { memo, useLayoutEffect, useMemo, useRef } from 'react';
import type { RowSummary } from '@/api/types';
import { formatBytes, formatCompact, formatMs, formatNumber, formatRate, formatShare } from '@/widgets/format';
import { Sparkline } from '@/widgets/sparkline';
import { failLevel, rowValue, type RowColumn, type Total } from './rows';
import classes from './run.module.css';

export interface RowCellsProps {
  summary: RowSummary;
  total: Total;
  columns: readonly RowColumn[];
  limit: number | null;
  trend: readonly number[] | undefined;
}

function cellText(value: number, column: RowColumn): string {
  switch (column) {
    case 'share':
      return formatShare(value);
    case 'rps':
      return formatRate(value);
    case 'requests':
      return formatCompact(value);
    case 'failures':
      return formatNumber(value);
    case 'bytes':
      return formatBytes(value);
    default:
      return formatMs(value);
  }
}

type Level = ReturnType<typeof failLevel>;
type PlainColumn = Exclude<RowColumn, 'trend' | 'fail_share'>;

/** Puts a text into a cell that has nothing else: one that is the same is not laid out again. */
function write(cell: HTMLTableCellElement, text: string): void {
  const { firstChild } = cell;
  if (!firstChild) cell.textContent = text;
  else if (firstChild.nodeValue !== text) firstChild.nodeValue = text;
}

/**
 * The numbers of a row; drawn again only when its summary has changed. That is each second
 * in every row, so numbers are written into their cells: React has only those to render
 * that look different.
 */
export const RowCells = memo(function RowCells({ summary, total, columns, limit, trend }: RowCellsProps) {
  const cells = useRef(new Map<PlainColumn, HTMLTableCellElement>());
  const plain = useMemo(() => {
    const keep = (column: PlainColumn) => (cell: HTMLTableCellElement | null) => void (cell ? cells.current.set(column, cell) : cells.current.delete(column));
    return new Map(columns.map((column) => [column, column === 'trend' || column === 'fail_share' ? null : <td key={column} ref={keep(column)} />]));
  }, [columns]);
  useLayoutEffect(() => {
    for (const [column, cell] of cells.current) write(cell, cellText(rowValue(summary, column, total), column));
  });
  return columns.map((column) => {
    if (column === 'trend') return <TrendCell key={column} values={trend} />;
    if (column !== 'fail_share') return plain.get(column);
    const share = rowValue(summary, column, total);
    return <FailCell key={column} text={formatShare(share)} level={failLevel(share, limit)} />;
  });
});

const TrendCell = memo(function TrendCell({ values }: { values: readonly number[] | undefined }) {
  return <td>{values && <Sparkline values={values} width={90} height={18} />}</td>;
});

const FailCell = memo(function FailCell({ text, level }: { text: string; level: Level }) {
  return (
    <td>
      <span className={level === 'good' ? undefined : classes[level]} data-level={level}>
        {level === 'bad' && <IconCircleX size={14} aria-hidden />}
        {level === 'warn' && <IconAlertTriangle size={14} aria-hidden />}
        {text}
      </span>
    </td>
  );
});
