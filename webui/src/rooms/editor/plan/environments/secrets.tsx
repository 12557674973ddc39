import { Button, Group, PasswordInput, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queries, useEnvironments, useSecrets } from '@/api/queries';
import { ConfirmInPlace } from '@/widgets/confirm-in-place';
import { ErrorCard } from '@/widgets/error-card';
import { formatDateTime } from '@/widgets/format';
import { useEditor } from '../../context';
import { deleteSecret, isName, putSecret, secretsIn } from './calls';

/** Names of the secrets that the master keeps. A value goes in, and never comes out again. */
export function Secrets() {
  const { t } = useTranslation('sections');
  const { doc } = useEditor();
  const cache = useQueryClient();
  const { data: stored = [], error } = useSecrets();
  const { data: environments = [] } = useEnvironments();
  const onSuccess = () => cache.invalidateQueries({ queryKey: queries.secrets().queryKey });
  const set = useMutation({ mutationFn: ({ name, value }: { name: string; value: string }) => putSecret(name, value), onSuccess });
  const drop = useMutation({ mutationFn: deleteSecret, onSuccess });
  const asked = [...new Set([...secretsIn(doc.text), ...environments.flatMap((e) => e.secrets)])];
  const names = [...new Set([...stored.map((s) => s.name), ...asked])].sort();
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">{t('secret.text', { placeholder: '{{secret.NAME}}' })}</Text>
      {error && <ErrorCard error={error} title={t('secret.notLoaded')} />}
      {(set.error ?? drop.error) && <ErrorCard error={set.error ?? drop.error} title={t('secret.notStored')} />}
      {names.length > 0 && (
        <Table.ScrollContainer minWidth={460} type="native">
          <Table verticalSpacing={4} aria-label={t('secret.title')}>
            <Table.Thead>
              <Table.Tr>
                {(['name', 'state', 'value'] as const).map((c) => <Table.Th key={c} scope="col">{t(`secret.${c}`)}</Table.Th>)}
                <Table.Th scope="col" aria-label={t('actions')} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {names.map((name) => (
                <SecretRow key={name} name={name} changed={stored.find((s) => s.name === name)?.changed} busy={set.isPending} onSet={(value, done) => set.mutate({ name, value }, { onSuccess: done })} onDelete={() => drop.mutate(name)} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <NewSecret taken={names} busy={set.isPending} onSet={(name, value, done) => set.mutate({ name, value }, { onSuccess: done })} />
    </Stack>
  );
}

interface RowProps {
  name: string;
  /** When it was stored; undefined: it has no value. */
  changed: string | undefined;
  busy: boolean;
  onSet: (value: string, done: () => void) => void;
  onDelete: () => void;
}

function SecretRow({ name, changed, busy, onSet, onDelete }: RowProps) {
  const { t } = useTranslation('sections');
  const [value, setValue] = useState('');
  const save = () => value !== '' && onSet(value, () => setValue(''));
  return (
    <Table.Tr data-testid={`secret-row-${name}`}>
      <Table.Th scope="row" ff="monospace" fw={500}>{name}</Table.Th>
      <Table.Td>
        {changed === undefined ? <Text size="sm" c="var(--lh-warn)">{t('secret.missing')}</Text> : <Text size="sm">{t('secret.stored', { time: formatDateTime(changed) })}</Text>}
      </Table.Td>
      <Table.Td><PasswordInput size="xs" autoComplete="new-password" aria-label={t('secret.valueOf', { name })} placeholder={t(changed === undefined ? 'secret.set' : 'secret.replace')} value={value} onChange={(e) => setValue(e.currentTarget.value)} onKeyDown={(e) => e.key === 'Enter' && save()} visibilityToggleButtonProps={{ 'aria-label': t('secret.show') }} /></Table.Td>
      <Table.Td>
        <Group gap={4} wrap="nowrap" justify="flex-end">
          <Button size="compact-sm" variant="default" disabled={value === '' || busy} aria-label={t('secret.storeNamed', { name })} onClick={save}>{t('secret.store')}</Button>
          {changed !== undefined && <ConfirmInPlace label={t('delete')} question={t('secret.sure', { name })} confirm={t('delete')} size="compact-sm" variant="subtle" onConfirm={onDelete} />}
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

function NewSecret({ taken, busy, onSet }: { taken: readonly string[]; busy: boolean; onSet: (name: string, value: string, done: () => void) => void }) {
  const { t } = useTranslation('sections');
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  const wrong = name === '' ? undefined : taken.includes(name) ? t('taken') : isName(name) ? undefined : t('badName');
  return (
    <Group align="flex-start" component="form" onSubmit={(e: React.FormEvent) => {
      e.preventDefault();
      if (name === '' || value === '' || wrong) return;
      onSet(name, value, () => {
        setName('');
        setValue('');
      });
    }}>
      <TextInput size="xs" label={t('secret.newName')} placeholder="API_TOKEN" autoComplete="off" spellCheck={false} value={name} error={wrong} onChange={(e) => setName(e.currentTarget.value)} />
      <PasswordInput size="xs" w="12rem" label={t('secret.value')} autoComplete="new-password" value={value} onChange={(e) => setValue(e.currentTarget.value)} visibilityToggleButtonProps={{ 'aria-label': t('secret.show') }} />
      <Button size="xs" mt={22} type="submit" variant="default" disabled={name === '' || value === '' || wrong !== undefined || busy} data-testid="secret-add">{t('secret.add')}</Button>
    </Group>
  );
}
