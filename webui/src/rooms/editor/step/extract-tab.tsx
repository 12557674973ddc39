import { ActionIcon, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { extractsAt, extractSources, removeItem, setExtract, type ExtractRow } from '@/plan/rows';
import { useEditor } from '../context';
import { message } from '../state/problems';
import { useSentStep } from '../use-sent';
import { TemplateInput } from './template-input';
import { ExtractOutcome, TestButton, TriedOn } from './tried';
import { useExtractTrial, type ExtractTrial } from './use-try';
import classes from './step.module.css';

const PICKS = ['first', 'last', 'random', 'all'];
const HINTS: Record<string, string> = { json: '$.items[0].id', xpath: '//h1/text()', css: 'input[name=csrf]', regex: 'sid=(\\w+)', header: 'X-Request-Id', cookie: 'session' };
const NEW: Omit<ExtractRow, 'path'> = { name: '', source: 'json', expression: '$.', pick: '', attr: '', group: '', optional: false, fallback: undefined };

/** Variables that are taken from the response. */
export function ExtractTab({ step }: { step: Path }) {
  const { doc, editor, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const rows = extractsAt(doc, step);
  const trial = useExtractTrial(step);
  return (
    <Stack gap="xs">
      {rows.length === 0 && <Text size="sm" c="dimmed">{t('extract.none')}</Text>}
      {rows.map((row, i) => (
        <Row key={i} step={step} row={row} index={i} count={rows.length} trial={trial} />
      ))}
      <Group>
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly} onClick={() => editor.edit((d) => setExtract(d, step, rows.length, { ...NEW, name: `value${rows.length + 1}` }))} data-testid="add-extract">
          {t('extract.add')}
        </Button>
        {rows.length > 0 && <TestButton target={trial.target} busy={trial.busy} label={t('try.all')} aria={t('try.all')} onTest={() => trial.test()} testId="test-extracts" />}
      </Group>
      {rows.length > 0 && <TriedOn target={trial.target} failed={trial.failed} />}
    </Stack>
  );
}

function Row({ step, row, index, count, trial }: { step: Path; row: ExtractRow; index: number; count: number; trial: ExtractTrial }) {
  const { editor, state, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const put = (change: Partial<ExtractRow>) => editor.edit((d) => setExtract(d, step, index, { ...row, ...change }), row.path.join('/'));
  const miss = row.optional ? 'optional' : row.fallback !== undefined ? 'default' : 'fail';
  const many = row.source !== 'header' && row.source !== 'cookie';
  const problem = message(state.problems, row.path);
  const last = useSentStep(step)?.extracts.find((e) => e.name === row.name);
  const tried = trial.of(index);
  const named = row.name || String(index + 1);
  return (
    <fieldset className={classes.row} aria-label={t('extract.row', { name: row.name || index + 1 })} data-testid={`extract-row-${index}`} data-problem={problem === undefined ? undefined : ''}>
      <Group gap={6} align="flex-end">
        <TextInput size="xs" w="7rem" label={t('extract.variable')} value={row.name} readOnly={readOnly} onChange={(e) => put({ name: e.currentTarget.value })} />
        <Select size="xs" w="7rem" label={t('extract.source')} data={extractSources.map((value) => ({ value, label: t(`source.${value}`) }))} value={row.source} allowDeselect={false} readOnly={readOnly} onChange={(source) => source && put({ source: source as ExtractRow['source'] })} />
        <TemplateInput size="xs" flex={1} miw="10rem" label={t('extract.expression')} placeholder={HINTS[row.source]} value={row.expression} onChange={(expression) => put({ expression })} />
        <RowActions step={step} list="extract" index={index} count={count} name={row.name} />
      </Group>
      <Group gap={6} align="flex-end">
        {row.source === 'css' && <TextInput size="xs" w="8rem" label={t('extract.attr')} placeholder={t('extract.attrHint')} value={row.attr} readOnly={readOnly} onChange={(e) => put({ attr: e.currentTarget.value })} />}
        {row.source === 'regex' && <TextInput size="xs" w="6rem" label={t('extract.group')} placeholder="1" value={row.group} readOnly={readOnly} onChange={(e) => put({ group: e.currentTarget.value })} />}
        {many && <PickField value={row.pick} onChange={(pick) => put({ pick })} />}
        <Select
          size="xs" w="9rem" label={t('extract.miss')} allowDeselect={false} readOnly={readOnly} value={miss}
          data={['fail', 'optional', 'default'].map((value) => ({ value, label: t(`extract.on.${value}`) }))}
          onChange={(to) => put({ optional: to === 'optional', fallback: to === 'default' ? (row.fallback ?? '') : undefined })}
        />
        {miss === 'default' && <TemplateInput size="xs" w="9rem" label={t('extract.default')} value={row.fallback ?? ''} onChange={(fallback) => put({ fallback })} />}
        <TestButton target={trial.target} busy={trial.busy} label={t('try.one')} aria={t('try.oneNamed', { name: named })} onTest={() => trial.test(index)} testId={`test-extract-${index}`} />
      </Group>
      {tried && <ExtractOutcome tried={tried} />}
      {!tried && last && <Text size="xs" c={last.found ? 'var(--lh-good)' : 'var(--lh-bad)'} truncate>{last.found ? t('extract.found', { value: last.value ?? '' }) : t('extract.notFound')}</Text>}
      {problem && <Text size="xs" c="var(--lh-bad)">{problem}</Text>}
    </fieldset>
  );
}

function PickField({ value, onChange }: { value: string; onChange: (pick: string) => void }) {
  const { readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const nth = value !== '' && !PICKS.includes(value);
  return (
    <>
      <Select
        size="xs" w="8rem" label={t('extract.pick')} allowDeselect={false} readOnly={readOnly} value={nth ? 'nth' : value || 'first'}
        data={[...PICKS, 'nth'].map((pick) => ({ value: pick, label: t(`pick.${pick}`) }))}
        onChange={(pick) => onChange(pick === 'nth' ? '2' : (pick ?? ''))}
      />
      {nth && <TextInput size="xs" w="4rem" label={t('extract.nth')} inputMode="numeric" value={value} readOnly={readOnly} onChange={(e) => onChange(e.currentTarget.value.replace(/\D/g, '') || '1')} />}
    </>
  );
}

export interface RowActionsProps {
  step: Path;
  list: 'extract' | 'check';
  index: number;
  count: number;
  name: string;
}

/** Moves a row, or deletes it. */
export function RowActions({ step, list, index, count, name }: RowActionsProps) {
  const { editor, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const at = [...step, list];
  const which = { name: name || String(index + 1) };
  return (
    <Group gap={0} wrap="nowrap" ml="auto">
      <ActionIcon variant="subtle" color="gray" disabled={readOnly || index === 0} aria-label={t('moveUpNamed', which)} onClick={() => editor.edit((d) => d.move(at, index, index - 1))}>
        <IconArrowUp size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" disabled={readOnly || index === count - 1} aria-label={t('moveDownNamed', which)} onClick={() => editor.edit((d) => d.move(at, index, index + 1))}>
        <IconArrowDown size={15} aria-hidden />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-label={t('deleteNamed', which)} onClick={() => editor.edit((d) => removeItem(d, at, index))}>
        <IconTrash size={15} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
