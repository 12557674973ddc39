import { useTranslation } from 'react-i18next';
import { RowCells } from './RowCells';
import type { Row, RowColumn, Total } from './rows';
import classes from './run.module.css';

const COLUMNS: RowColumn[] = ['rps', 'requests', 'fail_share', 'p50', 'p95', 'p99', 'max', 'bytes'];

/** How a transaction's time and failures split among its steps. */
export function StepTable({ row, total, limit }: { row: Row; total: Total; limit: number | null }) {
  const { t } = useTranslation('run');
  return (
    <div className={classes.scroll} role="region" aria-label={t('stepsOf', { name: row.name })} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('step')}</th>
            {COLUMNS.map((column) => <th key={column} scope="col">{t(`column.${column}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('whole')}</th>
            <RowCells summary={row.summary} total={total} columns={COLUMNS} limit={limit} trend={undefined} />
          </tr>
          {row.steps.map((step) => (
            <tr key={step.key}>
              <th scope="row">{step.name}</th>
              <RowCells summary={step.summary} total={total} columns={COLUMNS} limit={limit} trend={undefined} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
