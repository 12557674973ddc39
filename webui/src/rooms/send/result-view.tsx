import { Group, Select, Stack, Tabs, Text } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatMs, formatTime, ToneBadge } from '@/widgets';
import { ConsoleLines } from './console-lines';
import type { Actions } from './props';
import type { Sent } from './sent';
import { StepList } from './step-list';
import { VariablesTable } from './variables-table';
import { compareVariables } from './variables';


interface Props {
  sent: Sent;
  results: Sent[];
  onChoose: (id: number) => void;
  actions: Actions;
}

function Summary({ sent, children }: { sent: Sent; children: ReactNode }) {
  const { t } = useTranslation('send');
  const { ok, steps, duration, worker } = sent.result;
  const checks = steps.flatMap((step) => step.checks);
  const passed = checks.filter((check) => check.ok).length;
  return (
    <div role="status" className="numbers">
      <Group justify="space-between" gap="xs" mb={4}>
        <ToneBadge tone={ok ? 'good' : 'bad'} icon={ok ? IconCheck : IconX}>{ok ? t('passed') : t('failed')}</ToneBadge>
        {children}
      </Group>
      <Text size="sm">
        {[t('steps', { count: steps.length }), formatMs(duration), t('checksPassed', { passed, all: checks.length })].join(' · ')}
        {worker && ` · ${t('by', { worker })}`}
      </Text>
    </div>
  );
}

export function ResultView({ sent, results, onChoose, actions }: Props) {
  const { t } = useTranslation('send');
  const { result } = sent;
  const variables = compareVariables(result.before, result.vars);
  return (
    <Stack gap="sm" data-testid="send-result" data-ok={result.ok}>
      <Summary sent={sent}>
        {results.length > 1 && (
          <Select
            size="xs" w={150} aria-label={t('earlier')} allowDeselect={false} value={String(sent.id)} onChange={(id) => id && onChoose(Number(id))}
            data={results.map((r) => ({ value: String(r.id), label: `${r.result.ok ? '✓' : '✗'} ${formatTime(r.at)}` }))}
          />
        )}
      </Summary>
      <StepList result={result} actions={actions} />
      <Tabs defaultValue={result.log.length > 0 ? 'console' : 'variables'} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="variables">{t('variables', { n: variables.filter((v) => v.change !== 'same').length })}</Tabs.Tab>
          <Tabs.Tab value="console">{t('console', { n: result.log.length })}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="variables" pt="xs"><VariablesTable rows={variables} /></Tabs.Panel>
        <Tabs.Panel value="console" pt="xs"><ConsoleLines lines={result.log} onPlace={actions.onPlace} /></Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
