import { Button, Group, Select, Stack, Text, Textarea } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Code } from '@/code';
import type { Path } from '@/plan';
import { setPairs } from '@/plan/pairs';
import { setBodyKind, setJsonBody, type BodyKind } from '@/plan/request';
import { useEditor, useField } from '../context';
import { heldAt } from '../state/held';
import { message } from '../state/problems';
import { usePlanSave } from '../use-save';
import { useVariableNames } from '../variables';
import { FileInput } from './file-input';
import { PairTable } from './pair-table';
import { PartsTable } from './parts-table';
import { TemplateInput } from './template-input';
import { useRequest } from './use-request';
import classes from './step.module.css';

const KINDS: readonly BodyKind[] = ['none', 'json', 'form', 'multipart', 'text', 'file'];
const TYPES = ['application/xml', 'text/plain', 'text/csv', 'application/x-ndjson', 'application/octet-stream'];

/** What a request sends as its body. */
export function BodyTab({ path }: { path: Path }) {
  const { state, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const { request, edit } = useRequest(path);
  const { body } = request;
  const at = [...path, 'request'];
  return (
    <Stack gap="sm">
      <Select
        w="16rem"
        label={t('body.kind')}
        data={KINDS.map((value) => ({ value, label: t(`body.${value}`) }))}
        value={body.kind}
        allowDeselect={false}
        readOnly={readOnly}
        onChange={(kind) => kind && edit((d, p) => setBodyKind(d, p, kind as BodyKind), 'body-kind')}
      />
      {body.kind === 'json' && <JsonBody path={path} />}
      {body.kind === 'form' && <PairTable kind="form" label={t('body.form')} pairs={body.form} at={[...at, 'form']} onChange={(rows) => edit((d, p) => setPairs(d, [...p, 'form'], rows), 'form')} />}
      {body.kind === 'multipart' && <PartsTable path={[...at, 'multipart']} parts={body.parts} />}
      {body.kind === 'text' && <TextBody path={[...at, 'text']} />}
      {body.kind === 'file' && <FileInput path={[...at, 'file']} label={t('body.path')} />}
      {(body.kind === 'text' || body.kind === 'file') && <TypeInput path={[...at, 'type']} />}
      {message(state.problems, [...at, body.kind]) && <Text size="sm" c="var(--lh-bad)">{message(state.problems, [...at, body.kind])}</Text>}
    </Stack>
  );
}

function TypeInput({ path }: { path: Path }) {
  const { t } = useTranslation('editor');
  const type = useField(path);
  return <TemplateInput maw="24rem" label="Content-Type" placeholder={t('settings.notSet')} value={type.value} error={type.error} suggestions={TYPES} onChange={type.set} />;
}

function TextBody({ path }: { path: Path }) {
  const { t } = useTranslation('editor');
  const { editor, readOnly, doc } = useEditor();
  return (
    <Textarea
      label={t('body.text')}
      autosize
      minRows={6}
      maxRows={24}
      classNames={{ input: classes.mono }}
      spellCheck={false}
      readOnly={readOnly}
      value={doc.scalar(path) ?? ''}
      onChange={(e) => {
        const text = e.currentTarget.value;
        editor.edit((d) => d.set(path, text), path.join('/'));
      }}
    />
  );
}

/** While what is typed is no JSON the plan has the last text that was; the editor keeps what is typed. */
function JsonBody({ path }: { path: Path }) {
  const { doc, editor, state, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const { request, edit } = useRequest(path);
  const variables = useVariableNames();
  const save = usePlanSave();
  const at = [...path, 'request', 'json'];
  const [draft, setDraft] = useState(heldAt(state.held, doc, at)?.text ?? request.body.json);
  const written = useRef(request.body.json);
  const formatted = setJsonBody(doc, [...path, 'request'], draft);

  useEffect(() => {
    // The plan changed by other means than typing here, such as undo.
    if (request.body.json !== written.current) setDraft(request.body.json);
    written.current = request.body.json;
  }, [request.body.json]);

  const change = (text: string) => {
    setDraft(text);
    const edited = setJsonBody(doc, [...path, 'request'], text);
    editor.hold(at, edited.problem ? { text, message: t('body.notJson', { message: edited.problem.message }) } : null);
    if (edited.problem) return;
    written.current = edited.doc.json(at) ?? '';
    edit((d, p) => setJsonBody(d, p, text).doc, 'json');
  };
  const format = () => setDraft(formatted.doc.json(at) ?? draft);
  return (
    <Stack gap={4} data-problem={message(state.problems, at) === undefined ? undefined : ''} onKeyDown={(e) => {
      if (!e.shiftKey || !e.altKey || e.code !== 'KeyF' || formatted.problem || readOnly) return;
      e.preventDefault();
      format();
    }}>
      <Group justify="flex-end">
        <Button size="compact-xs" variant="subtle" title="Shift+Alt+F" disabled={readOnly || formatted.problem !== undefined} onClick={format}>{t('body.format')}</Button>
      </Group>
      <Code language="json" label={t('body.json')} value={draft} onChange={change} readOnly={readOnly} variables={variables} onSave={save} height="18rem" testId="body-json" />
    </Stack>
  );
}
