import { ActionIcon, Button, Collapse, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconPlus, IconTrash, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useId, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '@/api/client';
import type { Path } from '@/plan';
import type { Field, Schema } from '@/plan/schema';
import { setWord } from '@/plan/write';
import { EditorProvider, useEditor } from '../context';
import { heldAt } from '../state/held';
import type { PlanEditor } from '../state/plan-editor';
import { message, within, worst } from '../state/problems';
import { OWN_UNDO } from '../use-editor-keys';
import { addTo, fieldsOf, isComposite, itemsOf, setJson, type Items } from './field-list';
import classes from './sections.module.css';

export interface AllFieldsProps {
  editor: PlanEditor;
  /** The map whose fields are shown; [] is the plan. */
  path: Path;
  /** Only these fields of it. */
  only?: readonly string[];
}

/** Every field that the format has at a place, also those that have no form: closed until it is asked for. */
export function AllFields({ editor, path, only }: AllFieldsProps) {
  const { t } = useTranslation('sections');
  const context = useEditor();
  return (
    <EditorProvider value={{ ...context, editor }}>
      <Fold label={t('all.label')}>
        <Text size="xs" c="dimmed">{t('all.text')}</Text>
        <Fields path={path} only={only} />
      </Fold>
    </EditorProvider>
  );
}

function useSchema(): Schema | undefined {
  return useQuery({ queryKey: ['plan-schema'], queryFn: ({ signal }) => call<Schema>('/plan.schema.json', { signal }), staleTime: Infinity }).data;
}

/** Something that opens. What is in it is made only then: steps have steps. */
function Fold({ label, aside, children }: { label: string; aside?: ReactNode; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const panel = useId();
  return (
    <div>
      <Group gap="xs">
        <Button
          size="compact-sm" variant="subtle" color="gray" aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}
          leftSection={open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
        >
          {label}
        </Button>
        {aside}
      </Group>
      <Collapse expanded={open} id={panel}>{open && <div className={classes.nested}>{children}</div>}</Collapse>
    </div>
  );
}

function Fields({ path, only }: { path: Path; only?: readonly string[] }) {
  const { doc } = useEditor();
  const schema = useSchema();
  if (!schema) return null;
  return fieldsOf(schema, doc, path)
    .filter((field) => !only || only.includes(field.name))
    .map((field) => <AnyField key={field.name} field={field} />);
}

/** A field in whichever ways its value can be written. */
function AnyField({ field }: { field: Field }) {
  const { doc, state } = useEditor();
  const { t } = useTranslation('sections');
  const composite = isComposite(field);
  const scalar = field.types.some((type) => type !== 'group' && type !== 'map' && type !== 'list');
  const nested = doc.get(field.path) !== undefined && doc.scalar(field.path) === undefined;
  const marks = worst(within(state.problems, field.path));
  const aside = (
    <>
      {marks && composite && <Text size="xs" c="var(--lh-bad)">{t('all.wrong')}</Text>}
      {nested && <Clear field={field} />}
      {!nested && !scalar && <Text size="xs" c="dimmed">{t('notSet')}</Text>}
    </>
  );
  return (
    <div>
      {scalar && !nested && <Scalar field={field} />}
      {nested && field.types.includes('any') && <JsonField field={field} />}
      {composite && (
        <Fold label={scalar && !nested ? t('all.inside', { name: field.name }) : field.name} aside={aside}>
          <Text size="xs" c="dimmed">{field.description}</Text>
          {field.types.includes('group') && !Array.isArray(doc.get(field.path)) && <Fields path={field.path} />}
          {(field.types.includes('list') || field.types.includes('map')) && <ItemFields field={field} />}
        </Fold>
      )}
    </div>
  );
}

function Clear({ field }: { field: Field }) {
  const { editor, readOnly } = useEditor();
  const { t } = useTranslation('sections');
  return (
    <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-label={t('all.clear', { name: field.name })} onClick={() => editor.edit((d) => d.set(field.path, undefined))}>
      <IconX size={14} aria-hidden />
    </ActionIcon>
  );
}

function Scalar({ field }: { field: Field }) {
  const { doc, editor, state, readOnly } = useEditor();
  const { t } = useTranslation('sections');
  const value = doc.scalar(field.path);
  const words = field.types.includes('boolean') && field.types.length === 1 ? ['true', 'false'] : field.types.length === 1 && field.types[0] === 'enum' ? field.options : [];
  const common = {
    label: field.name,
    description: field.description,
    size: 'xs',
    readOnly,
    error: message(state.problems, field.path),
    placeholder: field.standard ? t('byDefault', { value: field.standard }) : t('notSet'),
    'data-testid': `field-${field.path.join('.')}`,
  } as const;
  const put = (text: string) => editor.edit((d) => setWord(d, field.path, text), field.path.join('/'));
  if (words.length > 0) return <Select {...common} clearable clearButtonProps={{ 'aria-label': t('clear') }} data={words} value={value ?? null} onChange={(word) => put(word ?? '')} />;
  if (value?.includes('\n')) return <Textarea {...common} autosize maxRows={10} ff="monospace" value={value} onChange={(e) => put(e.currentTarget.value)} />;
  return <TextInput {...common} spellCheck={false} value={value ?? ''} onChange={(e) => put(e.currentTarget.value)} />;
}

/** A value that may be anything, as JSON; it is taken over when it is some. */
function JsonField({ field }: { field: Field }) {
  const { doc, editor, state, readOnly } = useEditor();
  const { t } = useTranslation('sections');
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <Textarea
      size="xs" ff="monospace" autosize maxRows={12} label={field.name} description={field.description} readOnly={readOnly} spellCheck={false}
      value={typed ?? heldAt(state.held, doc, field.path)?.text ?? doc.json(field.path) ?? ''} error={message(state.problems, field.path)}
      onChange={(e) => {
        const text = e.currentTarget.value;
        const edited = setJson(doc, field.path, text);
        setTyped(text);
        editor.hold(field.path, edited.problem ? { text, message: t('notJson', { message: edited.problem.message }) } : null);
        editor.edit((d) => setJson(d, field.path, text).doc, field.path.join('/'));
      }}
      onBlur={() => setTyped(null)}
      {...{ [OWN_UNDO]: '' }}
    />
  );
}

/** The items of a list or the entries of a map, with one more. */
function ItemFields({ field }: { field: Field }) {
  const { doc, editor, readOnly } = useEditor();
  const { t } = useTranslation('sections');
  const schema = useSchema();
  const [name, setName] = useState('');
  if (!schema) return null;
  const items: Items = itemsOf(schema, doc, field);
  const add = (key: string) => {
    editor.edit((d) => addTo(schema, d, field, key));
    setName('');
  };
  return (
    <Stack gap="xs">
      {items.fields.map((item) => (
        <Group key={item.name} align="flex-end" wrap="nowrap" gap={4}>
          <div style={{ flex: 1, minWidth: 0 }}><AnyField field={item} /></div>
          <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-label={t('all.remove', { name: item.name })} onClick={() => editor.edit((d) => d.set(item.path, undefined))}>
            <IconTrash size={15} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Group gap="xs">
        {items.named !== 'no' && <TextInput size="xs" aria-label={t('all.newName', { name: field.name })} placeholder={t(items.named === 'may' ? 'all.nameOrList' : 'all.name')} value={name} readOnly={readOnly} onChange={(e) => setName(e.currentTarget.value)} />}
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly || (items.named === 'must' && name === '') || doc.keys(field.path).includes(name)} onClick={() => add(name)}>
          {t('all.add', { name: field.name })}
        </Button>
      </Group>
    </Stack>
  );
}
