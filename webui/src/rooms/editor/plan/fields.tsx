import { Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Path, PlanDocument } from '@/plan';
import { setFlag, setTexts, setWord } from '@/plan/write';
import { textsAt } from '@/plan/view';
import { useEditor, useField } from '../context';
import { message } from '../state/problems';

interface FieldProps {
  path: Path;
  label: string;
  description?: string;
}

/** Edits the plan in the group of a path: what is typed there in one go is undone at once. */
export function useEdit(path: Path): (change: (doc: PlanDocument) => PlanDocument) => void {
  const { editor } = useEditor();
  return (change) => editor.edit(change, path.join('/'));
}

/** A number, or a word that reads as it looks. */
export function WordField({ path, label, description, placeholder, numeric }: FieldProps & { placeholder?: string; numeric?: boolean }) {
  const field = useField(path);
  const edit = useEdit(path);
  return (
    <TextInput
      label={label}
      description={description}
      placeholder={placeholder}
      inputMode={numeric ? 'decimal' : undefined}
      spellCheck={false}
      value={field.value}
      error={field.error}
      readOnly={field.readOnly}
      onChange={(e) => {
        const text = e.currentTarget.value;
        edit((d) => setWord(d, path, text));
      }}
    />
  );
}

/** One of a few words; nothing chosen: what holds by default. */
export function ChoiceField({ path, label, description, options, standard }: FieldProps & { options: { value: string; label: string }[]; standard: string }) {
  const { t } = useTranslation('sections');
  const field = useField(path);
  return (
    <Select
      label={label}
      description={description}
      placeholder={t('byDefault', { value: options.find((o) => o.value === standard)?.label ?? standard })}
      clearable
      clearButtonProps={{ 'aria-label': t('clear') }}
      data={withValue(options, field.value)}
      value={field.value || null}
      error={field.error}
      readOnly={field.readOnly}
      onChange={(value) => field.set(value ?? '')}
    />
  );
}

/** The options, with what the plan has where that is none of them. */
function withValue(options: { value: string; label: string }[], value: string): { value: string; label: string }[] {
  return value === '' || options.some((o) => o.value === value) ? options : [...options, { value, label: value }];
}

export function SwitchField({ path, label, description, standard = false }: FieldProps & { standard?: boolean }) {
  const { doc, editor, readOnly, state } = useEditor();
  const value = doc.scalar(path);
  return (
    <Switch
      label={label}
      description={description}
      checked={value === undefined ? standard : value === 'true'}
      disabled={readOnly}
      error={message(state.problems, path)}
      onChange={(e) => {
        const on = e.currentTarget.checked;
        editor.edit((d) => setFlag(d, path, on, standard));
      }}
    />
  );
}

/** A list of texts, each a tag. keep: none of them is said with [] and not by leaving the list out. */
export function TextsField({ path, label, description, placeholder, suggestions, keep }: FieldProps & { placeholder?: string; suggestions?: readonly string[]; keep?: boolean }) {
  const { doc, editor, readOnly, state } = useEditor();
  const { t } = useTranslation('sections');
  return (
    <TagsInput
      label={label}
      description={description}
      placeholder={placeholder ?? t('enterToAdd')}
      // A glob may have commas: {a,b}.
      splitChars={[]}
      data={suggestions ? [...suggestions] : undefined}
      value={textsAt(doc, path) ?? []}
      readOnly={readOnly}
      error={message(state.problems, path)}
      onChange={(texts) => editor.edit((d) => setTexts(d, path, texts, keep))}
    />
  );
}
