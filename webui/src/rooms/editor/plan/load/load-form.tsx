import { Group, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Path } from '@/plan';
import { setLoad, type LoadForm as Form } from '@/plan/load';
import { StagesTable } from '@/stages';
import { useEditor } from '../../context';
import { message } from '../../state/problems';
import { HeldInput } from '@/widgets/held-input';
import { TimeInput } from '../time-input';
import { partsAt, withForm, type LoadParts } from './forms';
import classes from '../sections.module.css';

const FORMS: readonly Form[] = ['users', 'arrivals', 'stages'];

/** How hard, over time: of the plan or of a scenario. */
export function LoadForm({ path }: { path: Path }) {
  const { t } = useTranslation('sections');
  const { doc, editor, state, readOnly } = useEditor();
  const load = partsAt(doc, path);
  // What the other forms had, for when they are chosen again.
  const kept = useRef<Partial<Record<Form, LoadParts>>>({});
  const put = (change: Partial<LoadParts>, group = Object.keys(change).join()) => editor.edit((d) => setLoad(d, path, { ...partsAt(d, path), ...change }), `${path.join('/')}/${group}`);
  const choose = (form: Form) => {
    kept.current[load.form] = load;
    put(withForm(load, form, kept.current[form]), 'form');
  };
  const problem = message(state.problems, path);
  return (
    <Stack gap="sm" role="group" aria-label={t('load.label')}>
      <Group>
        <SegmentedControl size="xs" aria-label={t('load.form')} value={load.form} disabled={readOnly} onChange={(to) => choose(to as Form)} data={FORMS.map((value) => ({ value, label: t(`load.forms.${value}`) }))} data-testid="load-form" />
      </Group>
      <div className={classes.columns}>
        {load.form === 'users' && <Users load={load} put={put} />}
        {load.form === 'arrivals' && <Arrivals load={load} put={put} />}
        {load.form === 'stages' && (
          <Select
            label={t('load.model')} value={load.model} allowDeselect={false} readOnly={readOnly} data={(['users', 'arrivals'] as const).map((value) => ({ value, label: t(`load.models.${value}`) }))}
            onChange={(model) => put({ model: model === 'arrivals' ? 'arrivals' : 'users' })}
          />
        )}
      </div>
      {load.form === 'stages' && <StagesTable stages={load.stages} readOnly={readOnly} onChange={(stages, group) => put({ stages }, `stages/${group}`)} />}
      {load.model === 'arrivals' && <Bounds load={load} put={put} />}
      <Ends load={load} put={put} />
      {problem && <Text size="sm" c="var(--lh-bad)" role="status">{problem}</Text>}
    </Stack>
  );
}

interface PartProps {
  load: LoadParts;
  put: (change: Partial<LoadParts>) => void;
}

function Users({ load, put }: PartProps) {
  const { t } = useTranslation('sections');
  const { readOnly } = useEditor();
  return (
    <>
      <HeldInput label={t('load.users')} inputMode="decimal" value={load.users} readOnly={readOnly} onChange={(users) => put({ users })} data-testid="load-users" />
      <TextInput label={t('load.spawnRate')} placeholder={t('load.atOnce')} inputMode="decimal" value={load.spawnRate} readOnly={readOnly} onChange={(e) => put({ spawnRate: e.currentTarget.value })} />
      <TimeInput label={t('load.duration')} placeholder={t('load.untilStopped')} value={load.duration} onChange={(duration) => put({ duration })} />
    </>
  );
}

function Arrivals({ load, put }: PartProps) {
  const { t } = useTranslation('sections');
  const { readOnly } = useEditor();
  return (
    <>
      <HeldInput label={t('load.rate')} inputMode="decimal" value={load.rate} readOnly={readOnly} onChange={(rate) => put({ rate })} data-testid="load-rate" />
      <TimeInput label={t('load.duration')} placeholder={t('load.untilStopped')} value={load.duration} onChange={(duration) => put({ duration })} />
    </>
  );
}

/** Of arrivals: how many users there may be, and how late a start may be. */
function Bounds({ load, put }: PartProps) {
  const { t } = useTranslation('sections');
  const { readOnly } = useEditor();
  return (
    <div className={classes.columns}>
      <TextInput label={t('load.maxUsers')} description={t('load.maxUsersText')} inputMode="numeric" value={load.maxUsers} readOnly={readOnly} onChange={(e) => put({ maxUsers: e.currentTarget.value })} />
      <TimeInput label={t('load.maxWait')} description={t('load.maxWaitText')} placeholder={t('byDefault', { value: '10 s' })} value={load.maxWait} onChange={(maxWait) => put({ maxWait })} />
      <TextInput label={t('load.readyUsers')} description={t('load.readyUsersText')} inputMode="numeric" value={load.readyUsers} readOnly={readOnly} onChange={(e) => put({ readyUsers: e.currentTarget.value })} />
    </div>
  );
}

/** What else ends the load, and how. */
function Ends({ load, put }: PartProps) {
  const { t } = useTranslation('sections');
  const { readOnly } = useEditor();
  return (
    <Group align="flex-end" gap="xs">
      <TextInput
        w="11rem" label={t('load.iterations')} placeholder={t('load.noBound')} inputMode="numeric" value={load.iterations} readOnly={readOnly}
        onChange={(e) => put({ iterations: e.currentTarget.value })}
      />
      <Select
        w="9rem" aria-label={t('load.iterationsOf')} value={load.perUser ? 'user' : 'all'} allowDeselect={false} readOnly={readOnly || load.iterations === ''}
        data={[{ value: 'all', label: t('load.inAll') }, { value: 'user', label: t('load.perUser') }]} onChange={(to) => load.iterations !== '' && put({ perUser: to === 'user' })}
      />
      <TimeInput w="13rem" label={t('load.gracefulStop')} placeholder={t('byDefault', { value: '30 s' })} value={load.gracefulStop} onChange={(gracefulStop) => put({ gracefulStop })} />
    </Group>
  );
}
