import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { useState, type FormEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorCard } from '@/widgets';
import { fileFor, requireName } from './library';

interface Props {
  title: string;
  submit: string;
  /** What stands there at first. */
  name: string;
  onClose: () => void;
  /** Rejects with why it cannot be. */
  onName: (file: string) => Promise<unknown>;
}

/** Asks for the name of a script. */
export function NameDialog({ title, submit, name, onClose, onName }: Props) {
  const { t } = useTranslation('scripts');
  const [typed, setTyped] = useState(name);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const file = fileFor(typed);
  const done = (event: FormEvent) => {
    event.preventDefault();
    if (!file) return;
    setBusy(true);
    setError(null);
    onName(file).then(onClose, (e: unknown) => {
      setError(e);
      setBusy(false);
    });
  };
  const confirm = (event: KeyboardEvent<HTMLElement>) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.currentTarget.closest('form')?.requestSubmit();
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <Stack component="form" onSubmit={done} onKeyDown={confirm}>
        <TextInput
          label={t('name')} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} data-autofocus placeholder="shop/cart"
          description={file ? t('requiredAs', { name: requireName(file), file }) : t('nameRule')}
        />
        {error !== null && <ErrorCard error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" disabled={!file} loading={busy}>{submit}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
