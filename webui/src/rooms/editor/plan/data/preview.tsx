import { Skeleton, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useFilePreview } from '@/api/queries';
import { ErrorCard } from '@/widgets/error-card';
import { formatNumber } from '@/widgets/format';
import classes from '../sections.module.css';

const ROWS = 20;

/** The first rows of a data file, how many there are, and what is wrong with it. */
export function FilePreview({ source, file, delimiter }: { source: string; file: string; delimiter: string }) {
  const { t } = useTranslation('sections');
  const { data, error, refetch, isPending } = useFilePreview(file, ROWS, delimiter || undefined);
  if (isPending) return <Skeleton h="8rem" />;
  if (error) return <ErrorCard error={error} title={t('data.noPreview', { file })} retry={() => void refetch()} />;
  return (
    <Stack gap={4}>
      <Text size="sm" className="numbers">{t(data.more ? 'data.totalMore' : 'data.total', { count: data.total, rows: formatNumber(data.total) })}</Text>
      {data.problem && <Text size="sm" c="var(--lh-bad)">{data.problem}</Text>}
      {data.columns.length > 0 && (
        <div className={classes.rows} role="region" tabIndex={0} aria-label={t('data.rowsOf', { file })}>
          <Table withColumnBorders fz="xs" verticalSpacing={2} stickyHeader>
            <Table.Thead>
              <Table.Tr>
                {data.columns.map((c) => <Table.Th key={c} scope="col" title={`{{${source}.${c}}}`}>{c}</Table.Th>)}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.rows.map((row, i) => (
                <Table.Tr key={i}>{row.map((value, k) => <Table.Td key={k}>{value}</Table.Td>)}</Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </Stack>
  );
}
