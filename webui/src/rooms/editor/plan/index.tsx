import { Stack, Textarea, TextInput, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { pairsAt, setPairs } from '@/plan/pairs';
import { useEditor, useField } from '../context';
import type { Section } from '../location';
import type { PlanEditor } from '../state/plan-editor';
import { PairTable } from '../step/pair-table';
import { TemplateInput } from '../step/template-input';

export interface PlanSectionProps {
  section: Section;
  editor: PlanEditor;
}

/** What belongs to the plan and not to a step of it. */
export function PlanSection({ section, editor }: PlanSectionProps) {
  const { t } = useTranslation('editor');
  return (
    <Stack gap="md">
      <Title order={2} size="h4">{t(`section.${section}`)}</Title>
      {section !== 'variables' && <General />}
      <Variables editor={editor} />
    </Stack>
  );
}

function General() {
  const { t } = useTranslation('editor');
  const { plan } = useEditor();
  const name = useField(['name']);
  const description = useField(['description']);
  const baseUrl = useField(['base_url']);
  return (
    <Stack maw="40rem">
      <TextInput label={t('plan.name')} placeholder={plan} value={name.value} error={name.error} readOnly={name.readOnly} onChange={(e) => name.set(e.currentTarget.value)} />
      <Textarea label={t('plan.description')} autosize minRows={2} value={description.value} error={description.error} readOnly={description.readOnly} onChange={(e) => description.set(e.currentTarget.value)} />
      <TemplateInput label={t('plan.baseUrl')} description={t('plan.baseUrlText')} placeholder="http://127.0.0.1:8099" value={baseUrl.value} error={baseUrl.error} onChange={baseUrl.set} />
    </Stack>
  );
}

function Variables({ editor }: { editor: PlanEditor }) {
  const { t } = useTranslation('editor');
  const { doc } = useEditor();
  return (
    <Stack gap={4}>
      <Title order={3} size="h5">{t('section.variables')}</Title>
      <PairTable kind="variables" plain label={t('section.variables')} pairs={pairsAt(doc, ['variables'])} onChange={(rows) => editor.edit((d) => setPairs(d, ['variables'], rows), 'variables')} />
    </Stack>
  );
}
