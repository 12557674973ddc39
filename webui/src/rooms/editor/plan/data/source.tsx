import { ActionIcon, Autocomplete, Button, Collapse, Group, Stack, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconTrash } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DataSourceView } from '@/plan/view';
import { useEditor, useField } from '../../context';
import { useFilePaths } from '../../step/file-input';
import { useActionsOfPlan } from '../../use-actions';
import { ChoiceField } from '../fields';
import { HeldInput } from '@/widgets/held-input';
import { FilePreview } from './preview';
import { hasRows, isSourceName, renameSource } from './sources';
import classes from '../sections.module.css';

const PICK = ['unique', 'sequential', 'random'] as const;
const PER = ['user', 'iteration'] as const;
const AT_END = ['loop', 'stop', 'fail'] as const;

/** One source of rows: which file, who gets which row, what happens when they are all gone. */
export function Source({ source }: { source: DataSourceView }) {
  const { t } = useTranslation('sections');
  const { t: te } = useTranslation('editor');
  const { readOnly } = useEditor();
  const actions = useActionsOfPlan();
  const [open, setOpen] = useState(false);
  const panel = useId();
  const { path, name } = source;
  const words = <T extends string>(of: string, all: readonly T[]) => all.map((value) => ({ value, label: t(`${of}.${value}`) }));
  return (
    <fieldset className={classes.card} aria-label={t('data.source', { name })} data-testid={`data-source-${name}`}>
      <Group align="flex-start" wrap="nowrap">
        <Group grow align="flex-start" flex={1}>
          <SourceName name={name} />
          <SourceFile source={source} />
        </Group>
        <ActionIcon mt={26} variant="subtle" color="gray" disabled={readOnly} aria-label={te('deleteNamed', { name })} onClick={() => actions.remove(path, name)}>
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Group>
      <div className={classes.columns}>
        <ChoiceField path={[...path, 'pick']} label={t('data.pick')} standard="sequential" options={words('pick', PICK)} />
        <ChoiceField path={[...path, 'per']} label={t('data.per')} standard="user" options={words('per', PER)} />
        {(source.pick === 'unique' || source.atEnd !== '') && <ChoiceField path={[...path, 'at_end']} label={t('data.atEnd')} standard="fail" options={words('atEnd', AT_END)} />}
        {(/\.csv$/i.test(source.file) || source.delimiter !== '') && <Delimiter source={source} />}
      </div>
      {hasRows(source.file) && (
        <Stack gap="xs">
          <Group>
            <Button
              size="compact-sm" variant="subtle" color="gray" aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)}
              leftSection={open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
            >
              {t('data.preview')}
            </Button>
          </Group>
          <Collapse expanded={open} id={panel}>{open && <FilePreview source={name} file={source.file} delimiter={source.delimiter} />}</Collapse>
        </Stack>
      )}
    </fieldset>
  );
}

/** The name by which placeholders know the rows. It is taken over when the field is left. */
function SourceName({ name }: { name: string }) {
  const { t } = useTranslation('sections');
  const { doc, editor, readOnly } = useEditor();
  const [typed, setTyped] = useState<string | null>(null);
  const wrong = typed === null || typed === name ? undefined : doc.keys(['data']).includes(typed) ? t('taken') : isSourceName(typed) ? undefined : t('badName');
  const settle = () => {
    if (typed !== null && typed !== name && !wrong) editor.edit((d) => renameSource(d, name, typed));
    setTyped(null);
  };
  return (
    <TextInput
      label={t('data.name')} description={t('data.nameText', { example: `{{${name}.…}}` })} value={typed ?? name} error={wrong} readOnly={readOnly} spellCheck={false}
      onChange={(e) => setTyped(e.currentTarget.value)} onBlur={settle} onKeyDown={(e) => e.key === 'Enter' && settle()}
    />
  );
}

function SourceFile({ source }: { source: DataSourceView }) {
  const { t } = useTranslation('sections');
  const field = useField([...source.path, 'file']);
  const files = useFilePaths();
  return (
    <Autocomplete
      label={t('data.file')} description={t('data.fileText')} placeholder="data/accounts.csv" data={files.filter(hasRows)} value={field.value} error={field.error}
      readOnly={field.readOnly} onChange={(file) => file !== field.value && field.set(file === '' ? 'data/' : file)}
    />
  );
}

function Delimiter({ source }: { source: DataSourceView }) {
  const { t } = useTranslation('sections');
  const field = useField([...source.path, 'delimiter']);
  return (
    <HeldInput
      mayBeEmpty label={t('data.delimiter')} placeholder={t('byDefault', { value: ',' })} readOnly={field.readOnly} error={field.error}
      // A tab cannot be typed into a field, nor seen in one.
      value={field.value === '\t' ? '\\t' : field.value} onChange={(text) => field.set(text === '\\t' ? '\t' : text)}
    />
  );
}
