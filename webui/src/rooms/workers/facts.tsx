import { Table } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './workers.module.css';

/** Names with what they are. */
export function Facts({ facts, testId }: { facts: readonly [name: string, value: ReactNode][]; testId: string }) {
  return (
    <Table className="numbers" variant="vertical" data-testid={testId}>
      <Table.Tbody>
        {facts.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" className={classes.factName}>{name}</Table.Th>
            <Table.Td className={classes.value}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
