import { ActionIcon, Badge, Button, Group, Stack, Text, TextInput, Title, UnstyledButton } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { queries, useEnvironments, type EnvironmentInfo } from '@/api/queries';
import { undoToast } from '@/widgets/undo-toast';
import { ErrorCard } from '@/widgets/error-card';
import { useEditor } from '../../context';
import { createEnvironment, deleteEnvironment, environmentCalls, isName, keyFor } from './calls';
import { EnvironmentForm } from './environment-form';
import { Secrets } from './secrets';
import classes from '../sections.module.css';

/** Where plans of this workspace can be run: addresses, variables, secrets. They belong to no one plan. */
export function Environments() {
  const { t } = useTranslation('sections');
  const { data: environments = [], error, refetch } = useEnvironments();
  const { where, go } = useEditor();
  // The address says which one is open, as everything that is shown.
  const open = where.tab;
  const setOpen = (name: string) => go({ section: 'environments', tab: name }, { replace: true });
  const { create, remove } = useEnvironmentActions(setOpen);
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">{t('environment.text')}</Text>
      {error && <ErrorCard error={error} title={t('environment.noList')} retry={() => void refetch()} />}
      {(create.error ?? remove.error) && <ErrorCard error={create.error ?? remove.error} title={t('environment.notDone')} />}
      {environments.map((e) => <Line key={e.name} environment={e} open={e.name === open} onOpen={() => setOpen(e.name === open ? '' : e.name)} onDelete={() => remove.mutate(e.name)} />)}
      <NewEnvironment taken={environments.map((e) => e.name)} busy={create.isPending} onCreate={(name) => create.mutate(name)} />
      <Title order={3} size="h5">{t('secret.title')}</Title>
      <Secrets />
    </Stack>
  );
}

function useEnvironmentActions(open: (name: string) => void) {
  const { t } = useTranslation('sections');
  const { doc } = useEditor();
  const cache = useQueryClient();
  const refresh = () => cache.invalidateQueries({ queryKey: queries.environments().queryKey });
  const create = useMutation({
    mutationFn: (name: string) => createEnvironment(name, doc.scalar(['base_url']) ?? ''),
    onSuccess: async (stored) => {
      await refresh();
      open(stored.name);
    },
  });
  const remove = useMutation({
    mutationFn: deleteEnvironment,
    onSuccess: async (stored, name) => {
      open('');
      cache.removeQueries({ queryKey: ['environments', name] });
      await refresh();
      undoToast(t('environment.deleted', { name }), t('undo'), t('close'), () => void environmentCalls.save(keyFor(name), stored.text, null).then(refresh));
    },
  });
  return { create, remove };
}

function Line({ environment, open, onOpen, onDelete }: { environment: EnvironmentInfo; open: boolean; onOpen: () => void; onDelete: () => void }) {
  const { t } = useTranslation('sections');
  const { name, base_url: baseUrl, problems } = environment;
  return (
    <Stack gap={6}>
      <Group justify="space-between" wrap="nowrap" className={classes.line}>
        <UnstyledButton onClick={onOpen} aria-expanded={open} flex={1} mih={30} data-testid={`environment-line-${name}`}>
          <Group gap="xs" wrap="nowrap">
            {open ? <IconChevronDown size={16} aria-hidden /> : <IconChevronRight size={16} aria-hidden />}
            <Text fw={600}>{name}</Text>
            <Text size="sm" c="dimmed" truncate>{baseUrl}</Text>
            {problems.length > 0 && <Badge variant="light" color="red">{t('editor:problemCount', { count: problems.length })}</Badge>}
          </Group>
        </UnstyledButton>
        <ActionIcon variant="subtle" color="gray" aria-label={t('editor:deleteNamed', { name })} onClick={onDelete}><IconTrash size={16} aria-hidden /></ActionIcon>
      </Group>
      {open && <EnvironmentForm key={name} name={name} />}
    </Stack>
  );
}

function NewEnvironment({ taken, busy, onCreate }: { taken: readonly string[]; busy: boolean; onCreate: (name: string) => void }) {
  const { t } = useTranslation('sections');
  const [name, setName] = useState('');
  const wrong = name === '' ? undefined : taken.includes(name) ? t('taken') : isName(name) ? undefined : t('badName');
  return (
    <Group component="form" align="flex-start" onSubmit={(e: React.FormEvent) => {
      e.preventDefault();
      if (name === '' || wrong) return;
      onCreate(name);
      setName('');
    }}>
      <TextInput size="xs" w="16rem" aria-label={t('environment.newName')} placeholder={t('environment.newName')} value={name} error={wrong} onChange={(e) => setName(e.currentTarget.value)} data-testid="environment-name" />
      <Button size="xs" type="submit" variant="default" leftSection={<IconPlus size={14} aria-hidden />} disabled={name === '' || wrong !== undefined || busy}>{t('environment.add')}</Button>
    </Group>
  );
}
