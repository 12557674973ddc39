import { ErrorCard } from '@/widgets';
import { Button, Group, Modal, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface NameDialogProps {
  title: string;
  confirm: string;
  initial: string;
  taken: readonly string[];
  error?: unknown;
  busy?: boolean;
  onClose: () => void;
  onName: (name: string) => void;
}

/** Asks for the name of a plan. */
export function NameDialog({ title, confirm, initial, taken, error, busy, onClose, onName }: NameDialogProps) {
  const { t } = useTranslation('plans');
  const [name, setName] = useState(initial);
  const wanted = name.trim();
  const exists = wanted !== initial && taken.some((n) => n.toLowerCase() === wanted.toLowerCase());
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wanted !== '' && !exists) onName(wanted);
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label={t('name')} value={name} onChange={(e) => setName(e.currentTarget.value)} data-autofocus maxLength={100}
            onFocus={(e) => e.currentTarget.select()} // what is typed is another name, not the end of this one
            error={exists ? t('exists') : undefined} data-testid="plan-name"
          />
          {Boolean(error) && <ErrorCard error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" disabled={wanted === '' || exists} loading={busy} data-testid="plan-name-ok">{confirm}</Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
