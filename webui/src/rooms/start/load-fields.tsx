import { readDuration } from '@/plan/duration';
import type { PlanDocument } from '@/plan';
import { scenariosAt } from '@/plan/load';
import { StagesTable } from '@/stages';
import { DurationEcho } from '@/widgets';
import { Group, NativeSelect, Radio, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Fault, LoadKind, StartForm } from './form';
import { chosen, loadPath, plannedLength, plannedLoad } from './planned';

export interface LoadFieldsProps {
  doc: PlanDocument | undefined;
  form: StartForm;
  wrong: readonly Fault[];
  change: (part: Partial<StartForm>) => void;
}

const KINDS: readonly LoadKind[] = ['plan', 'users', 'stages', 'rate'];

/** How a duration that was typed is understood, in seconds. */
export function seconds(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const ms = readDuration(text);
  return ms === undefined ? undefined : ms / 1000;
}

/** Which load: the plan's, or another one instead. */
export function LoadFields({ doc, form, wrong, change }: LoadFieldsProps) {
  const { t } = useTranslation('start');
  const scenarios = doc ? scenariosAt(doc).map((s) => s.name) : [];
  const several = scenarios.length > 0;
  // A plan with scenarios has no single course that stages could replace.
  const kinds = several ? KINDS.filter((k) => k !== 'stages') : KINDS;
  const choose = (load: LoadKind) => {
    const scenario = several && load !== 'plan' ? form.scenario || (scenarios[0] ?? '') : '';
    change({ scenario, ...chosen(doc, { ...form, scenario }, load) });
  };
  const chooseScenario = (scenario: string) => change({ scenario, ...chosen(doc, { ...form, scenario, users: '', spawnRate: '', rate: '', maxUsers: '', duration: '' }, form.load) });
  return (
    <Stack gap="xs">
      <Radio.Group label={t('load')} value={form.load} onChange={(v) => choose(v as LoadKind)} data-testid="start-load">
        <Group mt={4} gap="md">
          {kinds.map((k) => <Radio key={k} value={k} label={t(`kind.${k}`)} data-testid={`start-load-${k}`} />)}
        </Group>
      </Radio.Group>
      <Group align="flex-start" gap="sm">
        {several && form.load !== 'plan' && <NativeSelect label={t('field.scenario')} value={form.scenario} w={180} data={scenarios} onChange={(e) => chooseScenario(e.currentTarget.value)} data-testid="start-scenario" />}
        {form.load === 'users' && (
          <>
            <NumberField name="users" required {...{ form, wrong, change }} />
            <NumberField name="spawnRate" placeholder={t('atOnce')} {...{ form, wrong, change }} />
          </>
        )}
        {form.load === 'rate' && (
          <>
            <NumberField name="rate" required {...{ form, wrong, change }} />
            <NumberField name="maxUsers" placeholder={t('asPlanned')} {...{ form, wrong, change }} />
          </>
        )}
        {form.load === 'plan' && <NumberField name="scale" placeholder="1" {...{ form, wrong, change }} />}
        {form.load !== 'stages' && !(several && form.load === 'plan') && <TimeField name="duration" planned={plannedTime(doc, form, 'duration')} {...{ form, change }} />}
        <TimeField name="gracefulStop" planned={plannedTime(doc, form, 'gracefulStop')} {...{ form, change }} />
      </Group>
      {form.load === 'stages' && <div data-field="stages"><StagesTable stages={form.stages} onChange={(stages) => change({ stages })} /></div>}
    </Stack>
  );
}

/** What an empty field stands for; undefined: nobody can say. */
function plannedTime(doc: PlanDocument | undefined, form: StartForm, what: 'duration' | 'gracefulStop'): string | undefined {
  const path = doc && loadPath(doc, form.scenario);
  if (!doc || !path) return undefined;
  const load = plannedLoad(doc, path);
  return what === 'duration' ? plannedLength(load) : load.gracefulStop || '30s';
}

interface FieldProps {
  form: StartForm;
  change: (part: Partial<StartForm>) => void;
}

interface NumberFieldProps extends FieldProps {
  name: 'users' | 'spawnRate' | 'rate' | 'maxUsers' | 'scale';
  wrong: readonly Fault[];
  required?: boolean;
  placeholder?: string;
}

function NumberField({ name, form, wrong, change, required = false, placeholder }: NumberFieldProps) {
  const { t } = useTranslation('start');
  return (
    <TextInput
      label={t(`field.${name}`)} value={form[name]} w={150} inputMode="decimal" withAsterisk={required} placeholder={placeholder} data-field={name}
      error={wrong.includes(name) && form[name] !== '' ? t('notANumber') : undefined} onChange={(e) => change({ [name]: e.currentTarget.value })} data-testid={`start-${name}`}
    />
  );
}

/** planned: what the plan has; empty: until it is stopped. */
function TimeField({ name, form, change, planned }: FieldProps & { name: 'duration' | 'gracefulStop'; planned: string | undefined }) {
  const { t } = useTranslation('start');
  const typed = seconds(form[name]);
  const endless = name === 'duration' && typed === 0;
  const empty = planned === undefined ? t('asPlanned') : planned === '' ? t('untilStopped') : planned;
  return (
    <TextInput
      label={t(`field.${name}`)} value={form[name]} w={150} placeholder={empty} data-field={name} error={typed === undefined} onChange={(e) => change({ [name]: e.currentTarget.value })} data-testid={`start-${name}`}
      description={<DurationEcho seconds={endless ? null : typed} empty={endless ? t('untilStopped') : ''} />} inputWrapperOrder={['label', 'input', 'description']}
    />
  );
}
