import { Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ToneBadge, type Tone } from '@/widgets';
import classes from './send.module.css';
import type { Change, VariableRow } from './variables';

const TONES: Record<Change, Tone> = { new: 'good', changed: 'busy', gone: 'warn', same: 'quiet' };

export function VariablesTable({ rows }: { rows: VariableRow[] }) {
  const { t } = useTranslation('send');
  if (rows.length === 0) return <Text size="sm" c="dimmed">{t('noVariables')}</Text>;
  return (
    <Table.ScrollContainer minWidth={280} maxHeight={320} scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': t('variablesTable') } }}>
      <Table verticalSpacing={2} horizontalSpacing="xs" aria-label={t('variablesTable')}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{t('name')}</Table.Th>
            <Table.Th scope="col">{t('before')}</Table.Th>
            <Table.Th scope="col">{t('after')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Th scope="row" className={classes.value}>
                {row.name} {row.change !== 'same' && <ToneBadge tone={TONES[row.change]}>{t(`change.${row.change}`)}</ToneBadge>}
              </Table.Th>
              <Table.Td className={classes.value}>{row.before}</Table.Td>
              <Table.Td className={classes.value}>{row.after}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
