import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { setParts, type Part } from '@/plan/request';
import { useEditor } from '../context';
import { useFilePaths } from './file-input';
import { TemplateInput } from './template-input';
import classes from './step.module.css';

const EMPTY: Part = { name: '', kind: 'value', content: '', filename: '', type: '' };

/** The parts of a multipart body: texts and files. */
export function PartsTable({ path, parts }: { path: Path; parts: Part[] }) {
  const { editor, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const files = useFilePaths();
  const write = (next: Part[]) => editor.edit((d) => (next.length === 0 ? d.set(path, []) : setParts(d, path, next)), path.join('/'));
  const put = (index: number, change: Partial<Part>) => write(parts.map((p, i) => (i === index ? { ...p, ...change } : p)));
  return (
    <div className={classes.scroll}>
      <table className={classes.table} aria-label={t('body.multipart')}>
        <thead>
          <tr>
            {(['name', 'kind', 'content', 'filename', 'type'] as const).map((column) => (
              <th key={column} scope="col">{t(`part.${column}`)}</th>
            ))}
            <th scope="col" className={classes.narrow} aria-label={t('pairs.actions')} />
          </tr>
        </thead>
        <tbody>
          {parts.map((part, i) => {
            const row = { row: i + 1 };
            return (
              <tr key={i} data-testid={`kv-parts-row-${i}`}>
                <td><TemplateInput size="xs" aria-label={t('part.nameOf', row)} value={part.name} onChange={(name) => put(i, { name })} /></td>
                <td>
                  <Select
                    size="xs" w="6.5rem" aria-label={t('part.kindOf', row)} allowDeselect={false} readOnly={readOnly} value={part.kind}
                    data={[{ value: 'value', label: t('part.text') }, { value: 'file', label: t('part.file') }]}
                    onChange={(kind) => put(i, { kind: kind === 'file' ? 'file' : 'value' })}
                  />
                </td>
                <td><TemplateInput size="xs" aria-label={t('part.contentOf', row)} value={part.content} suggestions={part.kind === 'file' ? files : undefined} onChange={(content) => put(i, { content })} /></td>
                <td><TextInput size="xs" aria-label={t('part.filenameOf', row)} value={part.filename} readOnly={readOnly || part.kind === 'value'} onChange={(e) => put(i, { filename: e.currentTarget.value })} /></td>
                <td><TextInput size="xs" aria-label={t('part.typeOf', row)} value={part.type} readOnly={readOnly} onChange={(e) => put(i, { type: e.currentTarget.value })} /></td>
                <td>
                  <ActionIcon variant="subtle" color="gray" disabled={readOnly} aria-label={t('deleteNamed', { name: part.name || String(i + 1) })} onClick={() => write(parts.filter((_, n) => n !== i))}>
                    <IconTrash size={15} aria-hidden />
                  </ActionIcon>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <Group mt={4}>
        <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly} onClick={() => write([...parts, { ...EMPTY, name: `part${parts.length + 1}` }])}>{t('part.add')}</Button>
      </Group>
    </div>
  );
}
