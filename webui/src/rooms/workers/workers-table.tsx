import type { Worker } from '@/api/types';
import { Table, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Column, type Sort, sorted } from './fleet';
import { WorkerRow } from './worker-row';
import classes from './workers.module.css';

const COLUMNS: { column: Column; number?: boolean }[] = [
  { column: 'state' }, { column: 'id' }, { column: 'address' }, { column: 'version' },
  { column: 'users', number: true }, { column: 'rps', number: true }, { column: 'cpu', number: true }, { column: 'memory', number: true },
  { column: 'lag', number: true }, { column: 'beat', number: true }, { column: 'started', number: true },
];

export interface WorkersTableProps {
  workers: readonly Worker[];
  now: number;
  masterVersion: string;
  onOpen: (w: Worker) => void;
  onExclude: (w: Worker) => void;
  onDrain: (w: Worker) => void;
  onDismiss: (w: Worker) => void;
}

/** The fleet, sorted by any column. */
export function WorkersTable({ workers, onOpen, onExclude, onDrain, onDismiss, ...rest }: WorkersTableProps) {
  const { t } = useTranslation('workers');
  const [sort, setSort] = useState<Sort>({ column: 'id', down: false });
  const turn = (column: Column) => setSort((s) => ({ column, down: s.column === column && !s.down }));
  const order = (column: Column) => (sort.column !== column ? 'none' : sort.down ? 'descending' : 'ascending');
  return (
    <Table.ScrollContainer minWidth={1000}>
      <Table className="numbers" verticalSpacing="xs" horizontalSpacing="xs" highlightOnHover data-testid="workers-table">
        <Table.Caption className={classes.hidden}>{t('title')}</Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {COLUMNS.map(({ column, number }) => (
              <Table.Th key={column} scope="col" aria-sort={order(column)} ta={number ? 'right' : undefined}>
                <UnstyledButton className={classes.sort} onClick={() => turn(column)}>
                  {t(`column.${column}`)}
                  <span aria-hidden>{sort.column === column ? (sort.down ? ' ▼' : ' ▲') : ''}</span>
                </UnstyledButton>
              </Table.Th>
            ))}
            <Table.Th scope="col"><span className={classes.hidden}>{t('column.actions')}</span></Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {sorted(workers, sort).map((w) => (
            <WorkerRow
              key={w.id} worker={w} {...rest}
              onOpen={() => onOpen(w)} onExclude={() => onExclude(w)} onDrain={() => onDrain(w)} onDismiss={() => onDismiss(w)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
