import { readDuration } from '@/plan/duration';
import { StagesTable } from '@/stages';
import { DurationEcho } from '@/widgets';
import { Group, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Fault, LoadKind, StartForm } from './form';
import classes from './start.module.css';

export interface LoadFieldsProps {
  form: StartForm;
  wrong: readonly Fault[];
  scenarios: readonly string[];
  change: (part: Partial<StartForm>) => void;
}

const KINDS: readonly LoadKind[] = ['plan', 'users', 'rate', 'stages'];

/** How a duration that was typed is understood, in seconds. */
export function seconds(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const ms = readDuration(text);
  return ms === undefined ? undefined : ms / 1000;
}

/** Which load: the plan's, or another one instead. */
export function LoadFields({ form, wrong, scenarios, change }: LoadFieldsProps) {
  const { t } = useTranslation('start');
  // A plan with scenarios has no single course that stages could replace.
  const kinds = scenarios.length > 0 ? KINDS.filter((k) => k !== 'stages') : KINDS;
  const number = (key: 'users' | 'spawnRate' | 'rate' | 'maxUsers' | 'scale', required = false) => (
    <TextInput
      label={t(`field.${key}`)} value={form[key]} w={150} inputMode="decimal" withAsterisk={required} error={wrong.includes(key) && form[key] !== '' ? t('notANumber') : undefined}
      onChange={(e) => change({ [key]: e.currentTarget.value })} data-testid={`start-${key}`}
    />
  );
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Text size="sm" fw={600} id="start-load">{t('load')}</Text>
        <SegmentedControl
          className={classes.kinds} aria-labelledby="start-load" value={form.load} onChange={(v) => change({ load: v as LoadKind })} data-testid="start-load"
          data={kinds.map((k) => ({ value: k, label: t(`kind.${k}`) }))}
        />
      </Group>
      <Group align="flex-start">
        {scenarios.length > 0 && form.load !== 'plan' && (
          <TextInput
            component="select" label={t('field.scenario')} value={form.scenario} w={180}
            onChange={(e: React.ChangeEvent<HTMLSelectElement | HTMLInputElement>) => change({ scenario: e.currentTarget.value })}
          >
            <option value="">–</option>
            {scenarios.map((s) => <option key={s}>{s}</option>)}
          </TextInput>
        )}
        {form.load === 'users' && <>{number('users', true)}{number('spawnRate')}</>}
        {form.load === 'rate' && <>{number('rate', true)}{number('maxUsers')}</>}
        {form.load === 'plan' && number('scale')}
        {form.load !== 'stages' && (
          <TextInput
            label={t('field.duration')} value={form.duration} w={180} placeholder={form.load === 'plan' ? t('asPlanned') : t('untilStopped')}
            onChange={(e) => change({ duration: e.currentTarget.value })} data-testid="start-duration"
            description={<DurationEcho seconds={seconds(form.duration)} />} inputWrapperOrder={['label', 'input', 'description']}
          />
        )}
      </Group>
      {form.load === 'stages' && <StagesTable stages={form.stages} onChange={(stages) => change({ stages })} />}
    </Stack>
  );
}
