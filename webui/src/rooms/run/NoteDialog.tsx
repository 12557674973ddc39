import { Button, Group, Modal, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { addNote } from './actions';

/** A note has at most so many bytes; letters of any language fit within a third. */
const LONGEST = 3_300;

export interface NoteDialogProps {
  run: string;
  opened: boolean;
  onClose: () => void;
}

/** Adds a note to the events of a run, at the time it is added. */
export function NoteDialog({ run, opened, onClose }: NoteDialogProps) {
  const { t } = useTranslation('run');
  const [text, setText] = useState('');
  const add = useMutation({
    mutationFn: () => addNote(run, text.trim()),
    onSuccess: () => {
      setText('');
      onClose();
    },
  });
  const empty = text.trim() === '';
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.key !== 'Enter' || !(e.ctrlKey || e.metaKey) || e.nativeEvent.isComposing) return;
    e.preventDefault();
    if (!empty) add.mutate();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t('note')} closeButtonProps={{ 'aria-label': t('close') }}>
      <Textarea label={t('noteText')} description={t('noteHelp')} data-autofocus autosize minRows={3} maxLength={LONGEST} value={text} onChange={(e) => setText(e.currentTarget.value)} onKeyDown={onKeyDown} error={add.error?.message} data-testid="note-text" />
      <Group justify="flex-end" mt="md">
        <Text size="xs" c="dimmed">{t('confirmKeys')}</Text>
        <Button variant="default" onClick={onClose}>{t('cancel')}</Button>
        <Button disabled={empty} loading={add.isPending} onClick={() => add.mutate()} data-testid="note-add">{t('noteAdd')}</Button>
      </Group>
    </Modal>
  );
}
