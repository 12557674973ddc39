import { Table } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Cookie } from './cookies';
import classes from './send.module.css';

export function CookieTable({ cookies }: { cookies: readonly Cookie[] }) {
  const { t } = useTranslation('send');
  return (
    <Table verticalSpacing={2} horizontalSpacing="xs" aria-label={t('cookiesTable')}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">{t('name')}</Table.Th>
          <Table.Th scope="col">{t('value')}</Table.Th>
          <Table.Th scope="col">{t('attributes')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {cookies.map((cookie, i) => (
          <Table.Tr key={i}>
            <Table.Th scope="row" className={classes.value}>{cookie.name}</Table.Th>
            <Table.Td className={classes.value}>{cookie.value}</Table.Td>
            <Table.Td className={classes.value}>{cookie.attributes.join('\n')}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
