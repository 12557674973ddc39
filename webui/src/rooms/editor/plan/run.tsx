import { Divider, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Pair, Path } from '@/plan';
import { planView } from '@/plan/view';
import { setNamed } from '@/plan/write';
import { useEditor } from '../context';
import { DurationField } from '../step/duration-field';
import { PairTable } from '../step/pair-table';
import { ChoiceField, SwitchField, TextsField, useEdit, WordField } from './fields';
import classes from './sections.module.css';

const LOSS = ['continue', 'redistribute', 'abort'] as const;

/** How runs of the plan are made, apart from their load. */
export function Run() {
  const { t } = useTranslation('sections');
  const { doc } = useEditor();
  const { labels, tags } = planView(doc).run;
  const masked = planView(doc).samples.mask;
  return (
    <Stack gap="md">
      <Stack maw="40rem" gap="sm">
        <div className={classes.columns}>
          <WordField path={['run', 'seed']} label={t('run.seed')} description={t('run.seedText')} placeholder={t('run.seedNone')} numeric />
          <DurationField path={['run', 'lua_timeout']} label={t('run.luaTimeout')} description={t('run.luaTimeoutText')} empty={t('byDefault', { value: '100 ms' })} />
        </div>
        <SwitchField path={['run', 'tag_requests']} label={t('run.tagRequests')} description={t('run.tagRequestsText')} />
        <Divider label={t('run.workers')} labelPosition="left" />
        <div className={classes.columns}>
          <WordField path={['run', 'workers', 'count']} label={t('run.count')} placeholder={t('run.countAll')} numeric />
          <ChoiceField path={['run', 'on_worker_loss']} label={t('run.onWorkerLoss')} standard="continue" options={LOSS.map((value) => ({ value, label: t(`loss.${value}`) }))} />
        </div>
      </Stack>
      <Named path={['run', 'workers', 'labels']} rows={labels} label={t('run.labels')} text={t('run.labelsText')} />
      <Named path={['run', 'tags']} rows={tags} label={t('run.tags')} text={t('run.tagsText')} />
      <Stack maw="40rem" gap="sm">
        <Divider label={t('run.samples')} labelPosition="left" />
        <WordField path={['samples', 'failures']} label={t('run.failures')} description={t('run.failuresText')} placeholder={t('byDefault', { value: '5' })} numeric />
        <TextsField path={['samples', 'mask']} label={t('run.mask')} description={masked ? t('run.maskOwn') : t('run.maskDefault')} suggestions={['Authorization', 'Cookie', 'Set-Cookie', 'X-Api-Key']} />
      </Stack>
    </Stack>
  );
}

interface NamedProps {
  path: Path;
  rows: readonly { name: string; value: string }[];
  label: string;
  text: string;
}

/** Names with values. */
function Named({ path, rows, label, text }: NamedProps) {
  const edit = useEdit(path);
  const pairs = rows.map((row): Pair => ({ ...row, enabled: true, note: '' }));
  return (
    <Stack gap={4}>
      <Text size="sm" fw={500}>{label}</Text>
      <Text size="xs" c="dimmed">{text}</Text>
      <PairTable kind={String(path.at(-1))} plain label={label} pairs={pairs} onChange={(all) => edit((d) => setNamed(d, path, all))} />
    </Stack>
  );
}
