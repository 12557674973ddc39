import { call, segment } from '@/api/client';
import { useRunResult } from '@/api/queries';
import { useRun, useRunSnapshot } from '@/live';
import { StagesTable } from '@/stages';
import { DurationEcho, ErrorCard, formatNumber } from '@/widgets';
import { Button, Group, Kbd, NativeSelect, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changeOf, type EditForm, type EditKind, NO_EDIT } from './edit-load';
import { seconds } from './load-fields';
import { useLateFocus } from './use-late-focus';

/** The body of the dialog that changes the load of a run under way. */
export function EditLoadForm({ run, onClose }: { run: string; onClose: () => void }) {
  const { t } = useTranslation('start');
  const { tick } = useRunSnapshot(useRun(run));
  const result = useRunResult(run);
  const loads = result.data?.load ?? [];
  const [typed, setForm] = useState<EditForm>(NO_EDIT);
  const scenario = typed.scenario || (loads.length > 1 ? (loads[0]?.scenario ?? '') : '');
  const model = (loads.find((l) => l.scenario === scenario) ?? loads[0])?.model ?? 'users';
  const kinds: EditKind[] = [model === 'arrivals' ? 'rate' : 'users', ...(model === 'users' && loads.length < 2 ? (['hold'] as const) : []), 'scale', 'stages', 'time'];
  const form: EditForm = { ...typed, scenario, kind: kinds.includes(typed.kind) ? typed.kind : (kinds[0] ?? 'users') };
  const change = (part: Partial<EditForm>) => setForm((old) => ({ ...old, ...part }));
  const body = changeOf(form, tick);
  const apply = useMutation({ mutationFn: () => call(`/runs/${segment(run)}/load`, { method: 'PATCH', body }), onSuccess: onClose });
  const submit = (event: FormEvent | KeyboardEvent) => {
    event.preventDefault();
    if (body) apply.mutate();
  };
  const box = useLateFocus();
  const level = form.kind === 'users' || form.kind === 'rate';
  return (
    <form ref={box} onSubmit={submit} onKeyDown={(e) => e.key === 'Enter' && (e.ctrlKey || e.metaKey) && submit(e)}>
      <Stack>
        {tick && <Text size="sm" className="numbers">{t('usersNow', { users: formatNumber(tick.users), target: formatNumber(tick.target) })}</Text>}
        {loads.length > 1 && (
          <NativeSelect label={t('field.scenario')} value={scenario} onChange={(e) => change({ scenario: e.currentTarget.value })} data={loads.map((l) => l.scenario)} />
        )}
        <Radio.Group label={t('editKind')} value={form.kind} onChange={(v) => change({ kind: v as EditKind })}>
          <Stack gap={6} mt={4}>
            {kinds.map((k) => <Radio key={k} value={k} label={t(`edit.${k}`, { users: formatNumber(tick?.users) })} data-testid={`edit-${k}`} />)}
          </Stack>
        </Radio.Group>
        <Group align="flex-start">
          {form.kind === 'users' && <TextInput label={t('field.users')} value={form.users} inputMode="numeric" onChange={(e) => change({ users: e.currentTarget.value })} data-autofocus data-testid="edit-users-value" />}
          {form.kind === 'rate' && <TextInput label={t('field.rate')} value={form.rate} inputMode="decimal" onChange={(e) => change({ rate: e.currentTarget.value })} data-autofocus />}
          {level && <TextInput label={t('field.spawnRate')} value={form.spawnRate} placeholder={t('atOnce')} inputMode="decimal" onChange={(e) => change({ spawnRate: e.currentTarget.value })} />}
          {form.kind === 'scale' && <TextInput label={t('field.scale')} value={form.scale} inputMode="decimal" onChange={(e) => change({ scale: e.currentTarget.value })} />}
          {form.kind !== 'stages' && (
            <TextInput
              label={t('remaining')} value={form.duration} placeholder={form.kind === 'time' ? '10m' : t('asPlanned')} onChange={(e) => change({ duration: e.currentTarget.value })}
              description={<DurationEcho seconds={seconds(form.duration)} />} inputWrapperOrder={['label', 'input', 'description']}
            />
          )}
        </Group>
        {form.kind === 'stages' && <StagesTable mustEnd stages={form.stages} onChange={(stages) => change({ stages })} />}
        {apply.error && <ErrorCard error={apply.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" disabled={!body} loading={apply.isPending} rightSection={<Kbd>Ctrl ⏎</Kbd>} data-testid="edit-submit">{t('apply')}</Button>
        </Group>
      </Stack>
    </form>
  );
}
