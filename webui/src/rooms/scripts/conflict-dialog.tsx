import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Diff } from '@/code';
import type { ScriptEditing } from './use-script';

/** Somebody else has saved this script meanwhile: whose text holds? */
export function ConflictDialog({ editing, theirs }: { editing: ScriptEditing; theirs: string }) {
  const { t } = useTranslation('scripts');
  const [mine] = useState(editing.text);
  const [merged, setMerged] = useState(mine);
  return (
    <Modal opened onClose={editing.postpone} title={t('conflict')} size="90%" closeButtonProps={{ 'aria-label': t('close') }}>
      <Stack>
        <Text size="sm">{t('conflictText')}</Text>
        <Diff mine={mine} theirs={theirs} language="lua" onMerged={setMerged} />
        <Group justify="flex-end">
          <Button variant="default" onClick={editing.postpone}>{t('later')}</Button>
          <Button variant="default" onClick={() => void editing.settle(null)}>{t('takeTheirs')}</Button>
          <Button onClick={() => void editing.settle(merged)}>{merged === mine ? t('keepMine') : t('saveMerged')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
