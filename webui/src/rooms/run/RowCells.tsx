import { IconAlertTriangle, IconCircleX } from '@tabler/icons-react';
import { memo } from 'react';
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

/** The numbers of a row; drawn again only when its summary has changed. */
export const RowCells = memo(function RowCells({ summary, total, columns, limit, trend }: RowCellsProps) {
  return columns.map((column) => {
    if (column === 'trend') return <td key={column}>{trend && <Sparkline values={trend} width={90} height={18} />}</td>;
    const value = rowValue(summary, column, total);
    if (column === 'fail_share') return <FailCell key={column} share={value} limit={limit} />;
    return <td key={column}>{cellText(value, column)}</td>;
  });
});

function FailCell({ share, limit }: { share: number; limit: number | null }) {
  const level = failLevel(share, limit);
  return (
    <td>
      <span className={level === 'good' ? undefined : classes[level]} data-level={level}>
        {level === 'bad' && <IconCircleX size={14} aria-hidden />}
        {level === 'warn' && <IconAlertTriangle size={14} aria-hidden />}
        {formatShare(share)}
      </span>
    </td>
  );
}
