import { Alert, Button, Group, List, Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconPlayerPlay } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RunResult } from '@/api/types';
import { openStart } from '@/rooms/start';
import { formatMs, formatNumber, formatShare } from '@/widgets/format';
import { reasonsText, reasonText } from '@/widgets/reason';
import { CopyButton } from '@/widgets/copy-button';
import { changeAddress } from './address';
import { useOpenRun } from './context';
import classes from './run.module.css';
import { progress } from './state';
import { usePlanName } from './usePlanName';
import { namedTransactions, summaryText, thresholdValue } from './words';

/** What came of a run that has ended, above its charts. */
export function SummaryPanel() {
  const { t } = useTranslation('run');
  const { result } = useOpenRun();
  const plan = usePlanName();
  const { elapsed } = progress(result, null);
  return (
    <Paper withBorder p="md" data-testid="summary">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4">{result.result ? t(`verdict.${result.result}`) : t(`state.${result.state}`)}</Title>
        <Group gap="xs">
          <CopyButton shown label={t('copyText')} text={() => summaryText(result, elapsed, t)} />
          <Button size="xs" leftSection={<IconPlayerPlay size={16} />} data-testid="run-again" onClick={() => openStart(plan, result.id)}>{t('runAgain')}</Button>
        </Group>
      </Group>
      {result.reason !== '' && <Text size="sm" mb="xs" data-testid="reason">{reasonsText(result.why, result.reason)}</Text>}
      <Measurement result={result} />
      <SimpleGrid cols={{ base: 1, md: 3 }}>
        <Thresholds result={result} />
        <Totals result={result} />
        <Named result={result} />
      </SimpleGrid>
    </Paper>
  );
}

function Measurement({ result }: { result: RunResult }) {
  const { t } = useTranslation('run');
  const { verdict, reasons, why } = result.measurement;
  if (verdict === 'valid') return null;
  const lines = why && why.length > 0 ? why.map(reasonText) : reasons;
  return (
    <Alert color={verdict === 'invalid' ? 'red' : 'yellow'} variant="outline" mb="xs">
      <Text size="sm" fw={600} className={verdict === 'invalid' ? classes.bad : classes.warn}>{t(`measurement.${verdict}`)}</Text>
      <List size="sm">{lines.map((reason) => <List.Item key={reason}>{reason}</List.Item>)}</List>
    </Alert>
  );
}

function Thresholds({ result }: { result: RunResult }) {
  const { t } = useTranslation('run');
  return (
    <Stack gap={4}>
      <Text fw={600} size="sm">{t('thresholds')}</Text>
      {result.thresholds.length === 0 && <Text size="sm" c="dimmed">{t('noThresholds')}</Text>}
      {result.thresholds.map((rule) => (
        <Group key={rule.rule} gap={6} wrap="nowrap">
          <span role="img" aria-label={t(rule.passed ? 'kept' : 'broken')} className={rule.passed ? classes.good : classes.bad}>
            {rule.passed ? <IconCircleCheck size={16} /> : <IconCircleX size={16} />}
          </span>
          <Text size="sm" className="numbers">{t('thresholdLine', { rule: rule.rule, value: thresholdValue(rule) })}</Text>
        </Group>
      ))}
    </Stack>
  );
}

function Totals({ result }: { result: RunResult }) {
  const { t } = useTranslation('run');
  const { total } = result;
  const share = total.requests > 0 ? total.failures / total.requests : 0;
  const lines = [
    t('totals.requests', { requests: formatNumber(total.requests) }),
    t('totals.failures', { failures: formatNumber(total.failures), share: formatShare(share) }),
    t('totals.latency', { p50: formatMs(total.latency.p50), p95: formatMs(total.latency.p95), p99: formatMs(total.latency.p99) }),
    t('totals.slowest', { max: formatMs(total.latency.max) }),
  ];
  return (
    <Stack gap={4}>
      <Text fw={600} size="sm">{t('totalsTitle')}</Text>
      {lines.map((line) => <Text key={line} size="sm" className="numbers">{line}</Text>)}
    </Stack>
  );
}

function Named({ result }: { result: RunResult }) {
  const { t } = useTranslation('run');
  const named = namedTransactions(result);
  if (!named) return null;
  return (
    <Stack gap={4} data-testid="named">
      <Text fw={600} size="sm">{t(named.as)}</Text>
      {named.transactions.map((tx) => (
        <Group key={`${tx.scenario}/${tx.name}`} gap={6} wrap="nowrap">
          <button type="button" className={classes.link} onClick={() => changeAddress({ tx: tx.name })}>{tx.name}</button>
          <Text size="sm" className="numbers">{t(`${named.as}Line`, { failures: formatNumber(tx.failures), p95: formatMs(tx.latency.p95) })}</Text>
        </Group>
      ))}
    </Stack>
  );
}
