import { Anchor, Code, Group, Pagination, SimpleGrid, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { segment } from '@/api/client';
import type { ErrorGroup, Sample } from '@/api/types';
import { useCharts } from '@/charts';
import { formatNumber } from '@/widgets/format';
import { CopyButton } from '@/widgets/copy-button';
import classes from './run.module.css';
import { requestText, responseText } from './exchange';
import { usePlanName } from './usePlanName';

/** Some failures of a group, as they happened, one at a time. */
export function ErrorSamples({ group }: { group: ErrorGroup }) {
  const { t } = useTranslation('run');
  const plan = usePlanName();
  const [page, setPage] = useState(1);
  const sample = group.samples[Math.min(page, group.samples.length) - 1];
  if (!sample) return <Text size="sm">{t('noSamples')}</Text>;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Group gap="xs">
          {group.samples.length > 1 && <Pagination size="sm" total={group.samples.length} value={page} onChange={setPage} getControlProps={(control) => ({ 'aria-label': t(control) })} getItemProps={(n) => ({ 'aria-label': t('sample', { number: n }) })} />}
          <SampleFacts sample={sample} />
        </Group>
        <Group gap="xs">
          {sample.curl && <CopyButton shown label={t('copyCurl')} text={sample.curl} />}
          <Anchor size="sm" href={`#/plans/${segment(plan)}/tx/${segment(group.transaction)}`}>{t('openInEditor')}</Anchor>
        </Group>
      </Group>
      {(sample.place || sample.stack) && <pre className={classes.code}>{[sample.place, sample.stack].filter(Boolean).join('\n')}</pre>}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Part title={t('request')} text={sample.request ? requestText(sample.request) : t('notSent')} />
        <Part title={t('response')} text={sample.response ? responseText(sample.response) : t('noResponse')} />
      </SimpleGrid>
      {sample.vars && Object.keys(sample.vars).length > 0 && <Part title={t('variables')} text={Object.entries(sample.vars).map(([name, value]) => `${name} = ${value}`).join('\n')} />}
    </Stack>
  );
}

function SampleFacts({ sample }: { sample: Sample }) {
  const { t } = useTranslation('run');
  const { look } = useCharts();
  return <Text size="sm" className="numbers">{t('sampleFacts', { time: look.time(sample.at / 1000), worker: sample.worker, user: formatNumber(sample.user), iteration: formatNumber(sample.iteration), message: sample.message })}</Text>;
}

function Part({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>{title}</Text>
      <Code block className={classes.code} tabIndex={0} role="region" aria-label={title}>{text}</Code>
    </div>
  );
}
