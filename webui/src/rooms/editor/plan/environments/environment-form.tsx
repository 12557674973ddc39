import { ActionIcon, Badge, Box, Button, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconDeviceFloppy } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { pairsAt, setPairs } from '@/plan/pairs';
import { ErrorCard } from '@/widgets/error-card';
import { formatDateTime } from '@/widgets/format';
import { ConflictDialog } from '../../conflict-dialog';
import { EditorProvider, useEditor, useField } from '../../context';
import { HEADER_NAMES, headerValues } from '../../step/header-names';
import { PairTable } from '../../step/pair-table';
import { TemplateInput } from '../../step/template-input';
import { YamlView } from '../../text/yaml-view';
import { undoKey } from '../../use-editor-keys';
import { TextsField, useEdit, WordField } from '../fields';
import { VariableTable } from '../variables';
import { useEnvironment } from './use-environment';
import classes from '../sections.module.css';

/** One environment: its form or its text, saved apart from the plan. */
export function EnvironmentForm({ name }: { name: string }) {
  const { t } = useTranslation('sections');
  const { t: te } = useTranslation('editor');
  const { context, view, setView, failed, reload } = useEnvironment(name);
  const { editor, state } = context;
  if (failed) return <ErrorCard error={failed} title={t('environment.notLoaded', { name })} retry={reload} />;
  if (state.phase !== 'ready') return <Skeleton h="12rem" />;
  const onKeyDown = (event: KeyboardEvent) => {
    // Here it is the environment that is saved or undone, not the plan.
    const act = actOf(event);
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    if (act === 'save') void editor.save();
    else editor[act]();
  };
  return (
    <EditorProvider value={context}>
      <div className={classes.card} role="group" aria-label={t('environment.label', { name })} onKeyDown={onKeyDown} data-testid={`environment-${name}`}>
        <Group justify="space-between">
          <Text size="sm" fw={600}>{t('environment.label', { name })}</Text>
          <Group gap="xs">
            {state.dirty && <Badge variant="light" color="orange">{te('unsaved')}</Badge>}
            <SegmentedControl size="xs" aria-label={t('environment.view')} value={view} onChange={(to) => setView(to === 'yaml' ? 'yaml' : 'form')} data={[{ value: 'form', label: te('view.form') }, { value: 'yaml', label: 'YAML' }]} />
            <ActionIcon variant="default" size={30} aria-label={t('environment.undo')} title={`${t('environment.undo')} (Ctrl+Z)`} disabled={!state.canUndo} onClick={() => editor.undo()} data-testid="environment-undo"><IconArrowBackUp size={15} aria-hidden /></ActionIcon>
            <ActionIcon variant="default" size={30} aria-label={t('environment.redo')} title={`${t('environment.redo')} (Ctrl+Shift+Z)`} disabled={!state.canRedo} onClick={() => editor.redo()}><IconArrowForwardUp size={15} aria-hidden /></ActionIcon>
            <Button size="xs" leftSection={<IconDeviceFloppy size={14} aria-hidden />} loading={state.saving} disabled={!state.dirty} onClick={() => void editor.save()} data-testid="environment-save">{t('environment.save')}</Button>
          </Group>
        </Group>
        <Notices />
        {view === 'yaml' ? <Box h="20rem"><YamlView /></Box> : <Fields />}
        {state.problems.map((p, i) => <Text key={i} role="status" size="sm" c={p.warning ? 'var(--lh-warn)' : 'var(--lh-bad)'}>{t('problemAt', { line: p.line, message: p.message })}</Text>)}
      </div>
    </EditorProvider>
  );
}

/** What a key does to an environment; its fields undo as those of a plan do. */
function actOf(event: KeyboardEvent): 'save' | 'undo' | 'redo' | undefined {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 's') return 'save';
  return undoKey(event.nativeEvent);
}

/** What happened to it elsewhere, and what can be done about that. */
function Notices() {
  const { t } = useTranslation('sections');
  const { t: te } = useTranslation('editor');
  const { editor, state } = useEditor();
  return (
    <>
      {state.draft && (
        <Group gap="xs" role="status">
          <Text size="sm">{te('banner.draft', { time: formatDateTime(state.draft.at) })}</Text>
          <Button size="compact-sm" onClick={() => editor.takeDraft()}>{te('banner.takeDraft')}</Button>
          <Button size="compact-sm" variant="default" onClick={() => editor.dropDraft()}>{te('banner.dropDraft')}</Button>
        </Group>
      )}
      {state.queued && <Text size="sm" role="status">{te('saveQueued')}</Text>}
      {state.deleted && <Text size="sm" c="var(--lh-warn)" role="status">{t('environment.deletedElsewhere')}</Text>}
      {state.theirs && !state.comparing && (
        <Group gap="xs" role="alert">
          <Text size="sm" c="var(--lh-warn)">{t('environment.changed')}</Text>
          <Button size="compact-sm" variant="default" onClick={() => editor.compare(true)}>{te('banner.compare')}</Button>
        </Group>
      )}
      <ConflictDialog title={t('environment.changed')} />
      {state.error && <ErrorCard error={state.error} title={t('environment.notSaved')} retry={() => void editor.save()} />}
    </>
  );
}

function Fields() {
  const { t } = useTranslation('sections');
  const { t: te } = useTranslation('editor');
  const { doc } = useEditor();
  const baseUrl = useField(['base_url']);
  const editHeaders = useEdit(['headers']);
  return (
    <Stack gap="sm">
      <TemplateInput label={te('plan.baseUrl')} description={t('environment.baseUrlText')} value={baseUrl.value} error={baseUrl.error} onChange={baseUrl.set} />
      <Text size="sm" fw={500}>{t('variables.label')}</Text>
      <VariableTable path={['variables']} text={t('environment.variablesText')} />
      <Text size="sm" fw={500}>{t('environment.headers')}</Text>
      <PairTable kind="headers" label={t('environment.headers')} canDrop pairs={pairsAt(doc, ['headers'])} names={HEADER_NAMES} values={headerValues} onChange={(rows) => editHeaders((d) => setPairs(d, ['headers'], rows))} />
      <TextsField path={['secrets']} label={t('environment.secrets')} description={t('environment.secretsText')} placeholder="API_TOKEN" />
      <div className={classes.columns}>
        <WordField path={['limits', 'max_users']} label={t('environment.maxUsers')} placeholder={t('load.noBound')} numeric />
        <WordField path={['limits', 'max_rate']} label={t('environment.maxRate')} placeholder={t('load.noBound')} numeric />
      </div>
    </Stack>
  );
}
