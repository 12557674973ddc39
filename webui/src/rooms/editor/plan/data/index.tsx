import { Button, Group, Menu, Stack, Text, Title } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { dataSourcesAt, textsAt } from '@/plan/view';
import { useEditor } from '../../context';
import { useFilePaths } from '../../step/file-input';
import { TextsField } from '../fields';
import { Source } from './source';
import { addSource, hasRows, matching } from './sources';
import { StoredFiles } from './stored-files';
import { UploadButton } from './upload-button';

/** Files whose rows users take, and files that bodies are read from. */
export function Data() {
  const { t } = useTranslation('sections');
  const { doc, editor, readOnly } = useEditor();
  const files = useFilePaths();
  const sources = dataSourcesAt(doc);
  const globs = textsAt(doc, ['files']) ?? [];
  const reads = (file: string) => sources.some((s) => s.file === file) || globs.some((glob) => matching(glob, [file]).length > 0);
  const add = (file: string) => editor.edit((d) => addSource(d, file));
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">{t('data.text', { example: '{{accounts.name}}' })}</Text>
      {/* By place, not by name: a name that is edited must not lose its field. */}
      {sources.map((source, i) => <Source key={i} source={source} />)}
      <Group align="flex-start">
        <Menu position="bottom-start">
          <Menu.Target>
            <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={readOnly} data-testid="add-source">{t('data.add')}</Button>
          </Menu.Target>
          <Menu.Dropdown mah="18rem" style={{ overflowY: 'auto' }}>
            {files.filter(hasRows).map((file) => <Menu.Item key={file} onClick={() => add(file)}>{file}</Menu.Item>)}
            <Menu.Item onClick={() => add('data/rows.csv')}>{t('data.other')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
        <UploadButton disabled={readOnly} onDone={(file) => hasRows(file) && !sources.some((s) => s.file === file) && add(file)} />
      </Group>
      <Title order={3} size="h5">{t('data.bodies')}</Title>
      <TextsField path={['files']} label={t('data.globs')} description={t('data.globsText')} placeholder="data/files/**" suggestions={files} />
      <Text size="xs" c="dimmed" className="numbers">{matches(globs, files, t)}</Text>
      <StoredFiles reads={reads} />
    </Stack>
  );
}

/** How many files of the workspace each glob finds. */
function matches(globs: readonly string[], files: readonly string[], t: TFunction<'sections'>): string {
  return globs.map((glob) => t('data.matches', { glob, count: matching(glob, files).length })).join(' · ');
}
