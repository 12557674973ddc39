import { queries } from '@/api/queries';
import { ErrorCard, formatBytes, formatMs, formatNumber, formatRate, formatShare } from '@/widgets';
import { SimpleGrid, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { HIGH_CPU } from './fleet';
import { TrendChart } from './trend-chart';

const MIB = 1 << 20;

/** How a worker did in the last five minutes. */
export function WorkerCharts({ id }: { id: string }) {
  const { t } = useTranslation('workers');
  const { data, error, refetch } = useQuery(queries.workerTrend(id));
  if (!data) return error ? <ErrorCard error={error} retry={() => void refetch()} /> : <Skeleton height={220} />;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm" verticalSpacing="sm">
      <TrendChart name="cpu" title={t('column.cpu')} values={data.cpu} write={formatShare} least={1} limit={HIGH_CPU} />
      <TrendChart name="users" title={t('column.users')} values={data.users} write={formatNumber} least={1} />
      <TrendChart name="rps" title={t('column.rps')} values={data.rps} write={formatRate} least={1} />
      <TrendChart name="lag" title={t('column.lag')} values={data.lag} write={formatMs} least={10} />
      <TrendChart name="memory" title={t('column.memory')} values={data.memory} write={formatBytes} least={64 * MIB} />
    </SimpleGrid>
  );
}
