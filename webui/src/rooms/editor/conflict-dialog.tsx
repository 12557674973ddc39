import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Diff } from '@/code';
import { useEditor } from './context';

/** Somebody else saved this plan, or environment, meanwhile: whose text holds? */
export function ConflictDialog({ title }: { title: string }) {
  const { state } = useEditor();
  return state.theirs && state.comparing ? <Choice title={title} theirs={state.theirs.text} mine={state.doc.text} /> : null;
}

function Choice({ title, theirs, mine }: { title: string; theirs: string; mine: string }) {
  const { editor } = useEditor();
  const { t } = useTranslation('editor');
  const [merged, setMerged] = useState(mine);
  return (
    <Modal opened onClose={() => editor.compare(false)} title={title} size="90%">
      <Stack>
        <Text size="sm">{t('conflict.text')}</Text>
        <Diff mine={mine} theirs={theirs} language="yaml" onMerged={setMerged} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => editor.compare(false)}>{t('conflict.later')}</Button>
          <Button variant="default" onClick={() => editor.takeTheirs()}>{t('conflict.theirs')}</Button>
          <Button variant="default" onClick={() => void editor.keepMine()}>{t('conflict.mine')}</Button>
          <Button disabled={merged === mine} onClick={() => editor.takeMerged(merged)}>{t('conflict.merged')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
