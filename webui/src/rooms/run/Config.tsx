import { Anchor, Code as Plain, Group, Stack, Table, Tabs, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { segment } from '@/api/client';
import { useRunConfig } from '@/api/queries';
import type { RunConfig } from '@/api/types';
import { Code } from '@/code';
import { formatDateTime } from '@/widgets/format';
import { ConfigDiff } from './ConfigDiff';
import { useOpenRun } from './context';

/** What was run, exactly as it was then. */
export function Config() {
  const { t } = useTranslation('run');
  const { result } = useOpenRun();
  const { data, error } = useRunConfig(result.id);
  if (error) return <Text c="var(--lh-bad)" role="alert">{error.message}</Text>;
  if (!data) return <Text c="dimmed">{t('loading')}</Text>;
  return (
    <Stack>
      <Facts config={data} />
      <Tabs defaultValue="plan" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="plan">{t('config.plan')}</Tabs.Tab>
          <Tabs.Tab value="diff" data-testid="config-diff">{t('config.diff')}</Tabs.Tab>
          <Tabs.Tab value="order">{t('config.order')}</Tabs.Tab>
          {data.scripts.map((script) => <Tabs.Tab key={script.name} value={`script ${script.name}`}>{script.name}</Tabs.Tab>)}
        </Tabs.List>
        <Tabs.Panel value="plan" pt="xs">
          <Code value={data.plan_text} language="yaml" readOnly label={t('config.plan')} height="60vh" testId="config-plan" />
        </Tabs.Panel>
        <Tabs.Panel value="diff" pt="xs">
          <ConfigDiff config={data} />
        </Tabs.Panel>
        <Tabs.Panel value="order" pt="xs">
          <Code value={data.order ? JSON.stringify(data.order, null, 2) : ''} language="json" readOnly label={t('config.order')} height="60vh" />
        </Tabs.Panel>
        {data.scripts.map((script) => (
          <Tabs.Panel key={script.name} value={`script ${script.name}`} pt="xs">
            <Code value={script.text} language="lua" readOnly label={script.name} height="60vh" />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Stack>
  );
}

function Facts({ config }: { config: RunConfig }) {
  const { t } = useTranslation('run');
  const facts: [string, string][] = [
    [t('config.version'), config.version],
    [t('config.environment'), config.environment || '–'],
    [t('config.owner'), config.owner || '–'],
    [t('config.created'), formatDateTime(config.created_at)],
  ];
  return (
    <Group align="flex-start" gap="xl">
      <Table withRowBorders={false} w="auto">
        <Table.Tbody>
          <Table.Tr>
            <Table.Th scope="row">{t('config.plan')}</Table.Th>
            <Table.Td><Anchor href={`#/plans/${segment(config.plan)}`}>{config.plan}</Anchor> <Plain>{config.revision.slice(0, 12)}</Plain></Table.Td>
          </Table.Tr>
          {facts.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Group>
  );
}
