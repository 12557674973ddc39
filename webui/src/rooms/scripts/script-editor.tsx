import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconCopy, IconDeviceFloppy, IconPencil, IconTestPipe, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'wouter';
import type { StoredScript } from '@/api/types';
import { LuaEditor } from '@/code';
import { aim } from '@/code/goal';
import { ErrorCard, formatTime, ToneBadge, useShortcut } from '@/widgets';
import { ConflictDialog } from './conflict-dialog';
import { DeletedBanner } from './deleted-banner';
import { fileOf, isTest, requireName, routeOf, testOf } from './library';
import { NameDialog } from './name-dialog';
import { TestsPanel } from './tests-panel';
import { useCheck } from './use-check';
import { useScript } from './use-script';
import { useScriptActions } from './use-script-actions';
import { useTests } from './use-tests';

interface Props {
  file: string;
  stored: StoredScript;
  /** There is a file with its tests. */
  tested: boolean;
  /** Somebody else has deleted it. */
  deleted: boolean;
}

interface Goal {
  line: number;
  column: number;
}

/** One script: its text, what is wrong with it, and its tests. */
export function ScriptEditor({ file, stored, tested, deleted }: Props) {
  const { t } = useTranslation('scripts');
  const shipped = stored.source === 'shipped';
  const editing = useScript(file, stored);
  const checked = useCheck(file, editing.text, stored.problems, !shipped);
  const { run, start } = useTests(testOf(file));
  const { create, rename, remove } = useScriptActions();
  const [dialog, setDialog] = useState<'rename' | 'copy' | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [goal, setGoal] = useState<Goal>();
  const [, go] = useLocation();
  const save = () => void editing.save();
  useShortcut('mod+s', save, { enabled: !shipped });

  const runTests = async () => {
    if (shipped || (await editing.save())) await start();
  };
  const show = (place: string) => {
    const [, at = '', line = '1', column = '1'] = /^(.*?):(\d+)(?::(\d+))?$/.exec(place) ?? [];
    if (fileOf(at) === file || at === file.split('/').at(-1)) setGoal({ line: Number(line), column: Number(column) });
    else if (at) {
      aim({ editor: `script:${fileOf(at)}`, line: Number(line), column: Number(column) });
      go(routeOf(fileOf(at)));
    }
  };
  return (
    <Stack gap="sm">
      <Group justify="space-between" gap="xs">
        <Group gap="xs">
          <Text component="h2" fw={600} ff="monospace">{file}</Text>
          <ToneBadge tone="quiet">{t(shipped ? 'shippedOne' : 'workspaceOne')}</ToneBadge>
          {editing.dirty && <ToneBadge tone="warn" testId="script-dirty">{t('unsaved')}</ToneBadge>}
          {editing.savedAt !== null && !editing.dirty && <Text size="sm" c="dimmed" role="status">{t('saved', { time: formatTime(editing.savedAt) })}</Text>}
        </Group>
        <Group gap="xs">
          {(tested || isTest(file)) && !shipped && (
            <Button size="xs" variant="default" leftSection={<IconTestPipe size={14} aria-hidden />} loading={run.running} onClick={() => void runTests()} data-testid="run-tests">{t('runTests')}</Button>
          )}
          {shipped ? (
            <Button size="xs" leftSection={<IconCopy size={14} aria-hidden />} onClick={() => setDialog('copy')} data-testid="copy-to-workspace">{t('copy')}</Button>
          ) : (
            <>
              <Button size="xs" variant="default" leftSection={<IconPencil size={14} aria-hidden />} onClick={() => setDialog('rename')}>{t('rename')}</Button>
              <Button size="xs" variant="default" leftSection={<IconTrash size={14} aria-hidden />} onClick={() => remove(file, stored.revision).catch(setFailure)}>{t('delete')}</Button>
              {editing.dirty && <Button size="xs" variant="default" onClick={editing.discard}>{t('discard')}</Button>}
              <Button size="xs" leftSection={<IconDeviceFloppy size={14} aria-hidden />} disabled={!editing.dirty} loading={editing.saving} onClick={save} data-testid="save">{t('save')}</Button>
            </>
          )}
        </Group>
      </Group>
      <Text size="sm" c="dimmed">{shipped ? t('shippedText', { name: requireName(file) }) : isTest(file) ? t('testText') : t('libraryText', { name: requireName(file) })}</Text>
      {(deleted || editing.deleted) && !shipped && <DeletedBanner onRestore={() => void editing.restore()} />}
      {editing.error !== null && <ErrorCard error={editing.error} title={t('notSaved')} retry={save} />}
      {failure !== null && <ErrorCard error={failure} title={t('notDone')} />}
      {editing.dirty && !shipped && run.result && <Alert variant="outline" color="yellow" p="xs">{t('testsOld')}</Alert>}
      <LuaEditor
        label={t('editor', { file })} place={isTest(file) ? 'test' : 'library'} value={editing.text} onChange={shipped ? undefined : editing.edit} readOnly={shipped}
        problems={checked.problems} check={checked.check} checkedAt={checked.at} onSave={shipped ? undefined : save} goTo={goal} height="calc(100vh - 19rem)" stateKey={`script:${file}`}
      />
      <TestsPanel run={run} onPlace={show} />
      {editing.theirs && <ConflictDialog editing={editing} theirs={editing.theirs.text} />}
      {dialog === 'rename' && (
        <NameDialog title={t('renameTitle', { file })} submit={t('rename')} name={file.replace(/\.lua$/, '')} onClose={() => setDialog(null)} onName={(to) => rename(file, to, editing.text, stored.revision)} />
      )}
      {dialog === 'copy' && (
        <NameDialog title={t('copyTitle', { file })} submit={t('copy')} name={file.replace(/\.lua$/, '')} onClose={() => setDialog(null)} onName={(to) => create(to, stored.text)} />
      )}
    </Stack>
  );
}
