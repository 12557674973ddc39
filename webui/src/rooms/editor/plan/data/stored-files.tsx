import { Button, Collapse, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFiles } from '@/api/queries';
import type { DataFile } from '@/api/types';
import { ConfirmInPlace } from '@/widgets/confirm-in-place';
import { ErrorCard } from '@/widgets/error-card';
import { formatBytes, formatDateTime, formatNumber } from '@/widgets/format';
import { deleteFile } from './content';
import classes from '../sections.module.css';

/** How many lines are shown at once; a filter finds the others. */
const MOST = 100;

/** The data files that the workspace has, for all plans. reads: whether this plan needs one. */
export function StoredFiles({ reads }: { reads: (path: string) => boolean }) {
  const { t } = useTranslation('sections');
  const { data: files = [] } = useFiles();
  const [open, setOpen] = useState(false);
  const panel = useId();
  return (
    <Stack gap="xs">
      <Group>
        <Button
          size="compact-sm" variant="subtle" color="gray" aria-expanded={open} aria-controls={panel} onClick={() => setOpen(!open)} data-testid="stored-files"
          leftSection={open ? <IconChevronDown size={14} aria-hidden /> : <IconChevronRight size={14} aria-hidden />}
        >
          {t('data.stored', { count: files.length, number: formatNumber(files.length) })}
        </Button>
      </Group>
      <Collapse expanded={open} id={panel}>{open && <FileTable files={files} reads={reads} />}</Collapse>
    </Stack>
  );
}

function FileTable({ files, reads }: { files: readonly DataFile[]; reads: (path: string) => boolean }) {
  const { t } = useTranslation('sections');
  const cache = useQueryClient();
  const [filter, setFilter] = useState('');
  const remove = useMutation({ mutationFn: deleteFile, onSettled: () => cache.invalidateQueries({ queryKey: ['files'] }) });
  const found = files.filter((file) => file.path.toLowerCase().includes(filter.trim().toLowerCase()));
  return (
    <Stack gap="xs">
      <TextInput size="xs" maw="20rem" aria-label={t('data.findFile')} placeholder={t('data.findFile')} value={filter} onChange={(e) => setFilter(e.currentTarget.value)} />
      {remove.error && <ErrorCard error={remove.error} title={t('data.notDeleted', { file: remove.variables })} />}
      <div className={classes.rows} role="region" tabIndex={0} aria-label={t('data.storedFiles')}>
        <Table fz="sm" verticalSpacing={2}>
          <Table.Tbody>
            {found.slice(0, MOST).map((file) => (
              <FileRow key={file.path} file={file} read={reads(file.path)} busy={remove.isPending && remove.variables === file.path} onDelete={() => remove.mutate(file.path)} />
            ))}
          </Table.Tbody>
        </Table>
      </div>
      {found.length > MOST && <Text size="xs" c="dimmed">{t('data.moreFiles', { count: found.length - MOST, number: formatNumber(found.length - MOST) })}</Text>}
    </Stack>
  );
}

function FileRow({ file, read, busy, onDelete }: { file: DataFile; read: boolean; busy: boolean; onDelete: () => void }) {
  const { t } = useTranslation('sections');
  const { path, size, modified } = file;
  return (
    <Table.Tr data-testid={`file-row-${path}`}>
      <Table.Th scope="row" fw={400}>
        {path}
        {read && <Text size="xs" c="dimmed">{t('data.read')}</Text>}
      </Table.Th>
      <Table.Td className="numbers">{formatBytes(size)}</Table.Td>
      <Table.Td className="numbers">{formatDateTime(modified)}</Table.Td>
      <Table.Td>
        <Group justify="flex-end">
          <ConfirmInPlace label={t('delete')} question={t(read ? 'data.deleteRead' : 'data.deleteSure', { file: path })} confirm={t('delete')} size="compact-sm" variant="subtle" loading={busy} onConfirm={onDelete} />
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
