import { Button, Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useMemo } from 'react';
import { Link } from 'wouter';
import { LuaEditor } from '@/code';
import type { Path } from '@/plan';
import { useEditor, useField } from '../context';
import { placeInScript, scriptKey } from '../script-place';
import { within } from '../state/problems';
import { usePlanSave } from '../use-save';

const START = { plan: 'function before(req, user)\nend\n', step: 'function before(req, user)\nend\n', transaction: 'function begin(user)\nend\n' };

/** A script that is the whole transaction. */
const WHOLE = 'function transaction(user)\nend\n';

export interface ScriptFieldProps {
  path: Path;
  place: 'plan' | 'transaction' | 'step';
}

/** Lua in the plan, or the name of a file with it. */
export function ScriptField({ path, place }: ScriptFieldProps) {
  const { doc, editor, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const given = doc.get(path);
  const inFile = doc.keys(path).includes('file');
  if (given === undefined) {
    return (
      <Stack gap="sm" align="flex-start">
        <Text size="sm" c="dimmed">{t(`script.none.${place}`)}</Text>
        <Group>
          <Button size="xs" variant="default" disabled={readOnly} onClick={() => editor.edit((d) => d.set(path, START[place]))}>{t(place === 'transaction' ? 'script.extend' : 'script.write')}</Button>
          {place === 'transaction' && (
            <Button size="xs" variant="default" disabled={readOnly} onClick={() => editor.edit((d) => d.set(path, WHOLE))}>{t('script.replace')}</Button>
          )}
          <Button size="xs" variant="default" disabled={readOnly} onClick={() => editor.edit((d) => d.set(path, { file: 'scripts/' }))}>{t('script.useFile')}</Button>
        </Group>
      </Stack>
    );
  }
  return (
    <Stack gap="xs" h="100%">
      <Group justify="space-between">
        <SegmentedControl
          size="xs"
          aria-label={t('script.where')}
          value={inFile ? 'file' : 'here'}
          disabled={readOnly}
          onChange={(to) => editor.edit((d) => d.set(path, to === 'file' ? { file: 'scripts/' } : START[place]))}
          data={[
            { value: 'here', label: t('script.here') },
            { value: 'file', label: t('script.file') },
          ]}
        />
        <Button size="xs" variant="subtle" color="red" disabled={readOnly} onClick={() => editor.edit((d) => d.set(path, undefined))}>{t('script.remove')}</Button>
      </Group>
      {place === 'transaction' && !inFile && <Mode path={path} />}
      {inFile ? <FileField path={[...path, 'file']} /> : <Inline path={path} place={place} />}
    </Stack>
  );
}

/** Whether the script is around the steps or instead of them; its functions say which. */
function Mode({ path }: { path: Path }) {
  const { doc } = useEditor();
  const { t } = useTranslation('editor');
  const whole = /^[ \t]*(?:function\s+transaction\b|transaction\s*=)/m.test(doc.scalar(path) ?? '');
  return <Text size="sm" c="dimmed" data-testid="script-mode">{t(whole ? 'script.replaces' : 'script.extends')}</Text>;
}

function FileField({ path }: { path: Path }) {
  const { t } = useTranslation('editor');
  const file = useField(path);
  return (
    <Group align="flex-end">
      <TextInput flex={1} label={t('script.path')} value={file.value} error={file.error} readOnly={file.readOnly} onChange={(e) => file.set(e.currentTarget.value)} />
      <Button component={Link} href={`/scripts/${file.value.replace(/^scripts\//, '').split('/').map(encodeURIComponent).join('/')}`} variant="default">{t('script.open')}</Button>
    </Group>
  );
}

function Inline({ path, place }: ScriptFieldProps) {
  const { doc, editor, plan, state, readOnly, names } = useEditor();
  const { t } = useTranslation('editor');
  const variables = useMemo(() => names.flatMap((n) => (n.name.startsWith('$') ? [] : [n.name])), [names]);
  const save = usePlanSave();
  // Problems have their place in the plan; the editor counts from the first line of the script.
  const problems = useMemo(() => within(state.problems, path).map((p) => placeInScript(doc, path, p)), [doc, state.problems, path]);
  return (
    <LuaEditor
      label={t('script.label')}
      place={place}
      value={doc.scalar(path) ?? ''}
      readOnly={readOnly}
      problems={problems}
      check={state.check}
      checkedAt={state.checkedAt}
      variables={variables}
      onChange={(text) => editor.edit((d) => d.set(path, text), path.join('/'))}
      onSave={save}
      height="26rem"
      testId="lua-editor"
      stateKey={scriptKey(plan, path)}
    />
  );
}
