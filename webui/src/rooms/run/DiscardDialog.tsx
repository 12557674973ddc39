import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useOpenRun } from './context';
import { useDiscard } from './useDiscard';

/** Asks whether a run is to be ended at once and deleted. Its number must be typed: no key that is held down answers. */
export function DiscardDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation('run');
  return (
    <Modal opened={opened} onClose={onClose} title={t('discardTitle')} closeButtonProps={{ 'aria-label': t('close') }} data-testid="discard-dialog">
      <Question onClose={onClose} />
    </Modal>
  );
}

function Question({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('run');
  const { result } = useOpenRun();
  const [typed, setTyped] = useState('');
  const discard = useDiscard(result, onClose);
  const number = String(result.number);
  const same = typed.trim().replace(/^#/, '') === number;
  const onSubmit = (e: FormEvent) => {
    e.preventDefault();
    if (same && !discard.isPending) discard.mutate();
  };
  return (
    <form onSubmit={onSubmit}>
      <Stack>
        <Text size="sm">{t('discardText', { number })}</Text>
        <TextInput label={t('discardType', { number })} data-autofocus autoComplete="off" inputMode="numeric" value={typed} onChange={(e) => setTyped(e.currentTarget.value)} error={discard.error?.message} data-testid="discard-number" />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('keepRunning')}</Button>
          <Button type="submit" color="red" disabled={!same} loading={discard.isPending} data-testid="discard-confirm">{t('discard')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
