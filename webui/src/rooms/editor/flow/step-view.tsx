import { Group, Select, Stack, Text, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { AddMenu } from '../add/add-menu';
import { useEditor, useField } from '../context';
import { AllFields } from '../plan/all-fields';
import type { StepKind } from '../outline';
import { OnFailureField } from '../step/on-failure-field';
import { RequestStep } from '../step/request-step';
import { DurationField } from '../step/duration-field';
import { StepList } from '../transaction/step-list';
import { ConditionForm } from './condition-form';
import { RepeatForm } from './repeat-form';
import { StepHeader } from './step-header';

/** The form of one step, of whichever kind it is. */
export function StepView({ path, kind }: { path: Path; kind: StepKind }) {
  const { editor } = useEditor();
  const { t } = useTranslation('editor');
  if (kind === 'request') return <RequestStep path={path} />;
  return (
    <Stack gap="sm">
      <StepHeader path={path} title={t(`kind.${kind}`)} />
      <Text size="sm" c="dimmed">{t(`kindText.${kind}`)}</Text>
      {kind === 'repeat' && <RepeatForm path={[...path, 'repeat']} />}
      {kind === 'if' && <ConditionForm path={[...path, 'if']} />}
      {kind === 'use' && <UseForm path={[...path, 'use']} />}
      {(kind === 'group' || kind === 'repeat' || kind === 'if') && <Nested list={[...path, 'steps']} title={t(kind === 'if' ? 'then' : 'steps')} />}
      {kind === 'if' && <Nested list={[...path, 'else']} title={t('kind.else')} />}
      {kind !== 'unknown' && (
        <Stack maw="34rem">
          <DurationField path={[...path, 'think']} label={t('settings.stepThink')} description={t('settings.stepThinkText')} range />
          {kind !== 'if' && kind !== 'use' && <OnFailureField path={[...path, 'on_failure']} />}
        </Stack>
      )}
      <AllFields editor={editor} path={path} />
    </Stack>
  );
}

function Nested({ list, title }: { list: Path; title: string }) {
  return (
    <Stack gap={6}>
      <Title order={2} size="h5">{title}</Title>
      <StepList list={list} />
      <Group><AddMenu at={list} stepsOnly /></Group>
    </Stack>
  );
}

function UseForm({ path }: { path: Path }) {
  const { doc, go } = useEditor();
  const { t } = useTranslation('editor');
  const field = useField(path);
  const blocks = doc.keys(['blocks']);
  return (
    <Group align="flex-end">
      <Select maw="20rem" label={t('kind.block')} data={blocks} value={field.value || null} error={field.error} readOnly={field.readOnly} allowDeselect={false} placeholder={t('noBlocks')} onChange={(name) => name && field.set(name)} />
      {blocks.includes(field.value) && <OpenBlock onClick={() => go({ path: ['blocks', field.value] })} />}
    </Group>
  );
}

function OpenBlock({ onClick }: { onClick: () => void }) {
  const { t } = useTranslation('editor');
  return (
    <Text component="button" type="button" size="sm" c="var(--mantine-primary-color-light-color)" bg="none" bd="none" p="xs" onClick={onClick}>
      {t('openBlock')}
    </Text>
  );
}
