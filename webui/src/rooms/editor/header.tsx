import { ActionIcon, Badge, Button, Group, SegmentedControl, Text, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowForwardUp, IconDeviceFloppy, IconLayoutSidebarRight, IconPointFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '@/widgets/format';
import { PageHeader } from '@/widgets/page-header';
import { useEditor } from './context';
import { worst } from './state/problems';
import { usePlanSave } from './use-save';
import { ProblemsMenu } from './problems-menu';
import classes from './page.module.css';

export interface EditorHeaderProps {
  sending: boolean;
  onSending: (open: boolean) => void;
}

/** The name of the plan, whether it is saved, and what is done with all of it. */
export function EditorHeader({ sending, onSending }: EditorHeaderProps) {
  const { editor, plan, state, where, go } = useEditor();
  const { t } = useTranslation('editor');
  const save = usePlanSave();
  return (
    <PageHeader title={plan} subject={plan} beside={<SaveState />}>
      {worst(state.problems) && <ProblemsMenu />}
      <ActionIcon variant="default" size="lg" aria-label={t('undoEdit')} title={`${t('undoEdit')} (Ctrl+Z)`} disabled={!state.canUndo} onClick={() => editor.undo()}>
        <IconArrowBackUp size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="default" size="lg" aria-label={t('redoEdit')} title={`${t('redoEdit')} (Ctrl+Shift+Z)`} disabled={!state.canRedo} onClick={() => editor.redo()}>
        <IconArrowForwardUp size={18} aria-hidden />
      </ActionIcon>
      <SegmentedControl
        size="xs"
        aria-label={t('view.label')}
        value={where.view}
        onChange={(view) => go({ ...where, view: view === 'yaml' ? 'yaml' : 'form' })}
        data={[
          { value: 'form', label: t('view.form') },
          { value: 'yaml', label: 'YAML' },
        ]}
      />
      <ActionIcon variant="default" size="lg" aria-label={t('sendPane')} title={t('sendPane')} aria-pressed={sending} onClick={() => onSending(!sending)}>
        <IconLayoutSidebarRight size={18} aria-hidden />
      </ActionIcon>
      <Tooltip label="Ctrl+S">
        <Button
          leftSection={<IconDeviceFloppy size={16} aria-hidden />}
          variant={state.dirty ? 'filled' : 'default'}
          loading={state.saving}
          onClick={save}
          data-testid="save"
        >
          {t('save')}
        </Button>
      </Tooltip>
    </PageHeader>
  );
}

function SaveState() {
  const { state } = useEditor();
  const { t } = useTranslation('editor');
  const text = state.queued
    ? t('saveQueued')
    : state.dirty
      ? t('unsaved')
      : state.savedAt
        ? t('savedAt', { time: formatTime(state.savedAt) })
        : '';
  return (
    <Group gap={4} role="status" className={classes.crumb}>
      {state.dirty && <IconPointFilled size={16} className={classes.dot} aria-hidden data-testid="dirty-dot" />}
      <Text size="sm" c="dimmed">{text}</Text>
      {state.check === 'failed' && <Badge variant="light" color="gray">{t('notChecked')}</Badge>}
    </Group>
  );
}
