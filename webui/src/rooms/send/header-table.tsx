import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { HeaderLine } from '@/api/types';
import classes from './send.module.css';

export function HeaderTable({ headers }: { headers: readonly HeaderLine[] }) {
  const { t } = useTranslation('send');
  if (headers.length === 0) return <Text size="sm" c="dimmed">{t('noHeaders')}</Text>;
  return (
    <Table verticalSpacing={2} horizontalSpacing="xs" aria-label={t('headersTable')}>
      <Table.Tbody>
        {headers.map((header, i) => (
          <Table.Tr key={i}>
            <Table.Th scope="row" className={classes.value}>{header.name}</Table.Th>
            <Table.Td className={classes.value}>{header.value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
