import { Drawer, SimpleGrid, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { call, segment } from '@/api/client';
import type { Series } from '@/api/types';
import { Chart, ChartGroup, Charts, FetchedSource } from '@/charts';
import { changeAddress } from './address';
import { useOpenRun } from './context';
import { ErrorTable } from './ErrorTable';
import { errorGroups } from './groups';
import { failureLimit } from './thresholds';
import { nestRows } from './rows';
import { heatSpec, latencySpec, rpsSpec } from './specs';
import { StepTable } from './StepTable';
import { useErrors } from './useErrors';
import { useFiner } from './useFiner';
import { useRows } from './useRows';

/** How often the drawer of a run under way asks for more. */
const EVERY = 5_000;

/** One transaction of the run: its own charts, its steps and its last failures. */
export function TransactionDrawer({ clockFrom }: { clockFrom: number | null }) {
  const { t } = useTranslation('run');
  const { address } = useOpenRun();
  const close = () => changeAddress({ tx: null });
  return (
    <Drawer opened={address.tx !== null} onClose={close} position="right" size="xl" title={address.tx} data-testid="tx-drawer" closeButtonProps={{ 'aria-label': t('close') }}>
      {address.tx !== null && <Contents transaction={address.tx} clockFrom={clockFrom} />}
    </Drawer>
  );
}

function Contents({ transaction, clockFrom }: { transaction: string; clockFrom: number | null }) {
  const { t } = useTranslation('run');
  const run = useOpenRun();
  const { result, live, store } = run;
  const { data, error } = useQuery({
    queryKey: ['runs', result.id, 'series', transaction],
    queryFn: ({ signal }) => call<Series>(`/runs/${segment(result.id)}/series?transaction=${segment(transaction)}&max=1200`, { signal }),
    refetchInterval: live ? EVERY : false,
  });
  const { rows, total } = useRows(run);
  const row = nestRows(rows).find((r) => r.transaction === transaction);
  const failures = errorGroups(useErrors(run), null, transaction);
  const limit = failureLimit(store.snapshot().tick?.thresholds ?? result.thresholds);
  return (
    <Stack>
      {error && <Text c="var(--lh-bad)" role="alert">{error.message}</Text>}
      {data ? <TransactionCharts series={data} transaction={transaction} clockFrom={clockFrom} /> : !error && <Text c="dimmed">{t('loading')}</Text>}
      {row && <StepTable row={row} total={total} limit={limit} />}
      <Text fw={600}>{t('lastFailures')}</Text>
      {failures.lines.length > 0 ? <ErrorTable lines={failures.lines} /> : <Text size="sm" c="dimmed">{t('noErrors')}</Text>}
    </Stack>
  );
}

function TransactionCharts({ series, transaction, clockFrom }: { series: Series; transaction: string; clockFrom: number | null }) {
  const { t } = useTranslation('run');
  const { address, group, store } = useOpenRun();
  const finer = useFiner(store, address.zoom, series.step, `&transaction=${segment(transaction)}`);
  const source = useMemo(() => new FetchedSource({ events: () => store.snapshot().events, missing: () => [] }), [store]);
  const own = useMemo(() => new ChartGroup(source, (range) => group.zoom(range)), [source, group]);
  useEffect(() => {
    source.set(series);
    source.setFiner(finer);
    own.changed();
  }, [source, own, series, finer]);
  useEffect(() => {
    const follow = () => own.setWindow(group.window());
    follow();
    const leave = group.subscribe((change) => change === 'range' && follow());
    return () => {
      leave();
      own.close();
    };
  }, [own, group]);
  const specs = useMemo(() => [rpsSpec(t, [], null), latencySpec(t, [], false, 'all'), heatSpec(t, 'all')].map((spec) => ({ ...spec, id: `tx-${spec.id}` })), [t]);
  return (
    <Charts group={own} clockFrom={clockFrom}>
      <SimpleGrid cols={1}>{specs.map((spec) => <Chart key={spec.id} spec={spec} />)}</SimpleGrid>
    </Charts>
  );
}
