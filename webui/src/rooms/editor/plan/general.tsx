import { Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { planRange } from '@/plan/duration';
import { planView } from '@/plan/view';
import { setConnections, setUserLife } from '@/plan/write';
import { useEditor, useField } from '../context';
import { message } from '../state/problems';
import { RangeEcho } from '../step/range-echo';
import { TemplateInput } from '../step/template-input';
import { ChoiceField, useEdit } from './fields';
import { HeldInput } from '@/widgets/held-input';
import { TimeInput } from './time-input';
import { LIFE_KINDS, lifeKind, lifeTime, withLifeKind, type LifeKind, type UserLife } from './user-life';
import classes from './sections.module.css';

const FAILURES = ['continue', 'stop_transaction', 'stop_user', 'abort_run'] as const;
const COOKIES = ['user', 'shared', 'none'] as const;
const CONNECTIONS = ['user', 'shared', 'per_request'] as const;

/** What the plan is, and how its users are. */
export function General() {
  const { t } = useTranslation('sections');
  const { t: te } = useTranslation('editor');
  const { plan } = useEditor();
  const name = useField(['name']);
  const description = useField(['description']);
  const baseUrl = useField(['base_url']);
  return (
    <Stack maw="40rem" gap="sm">
      <TextInput label={te('plan.name')} description={t('general.nameText')} placeholder={plan} value={name.value} error={name.error} readOnly={name.readOnly} onChange={(e) => name.set(e.currentTarget.value)} />
      <Textarea label={te('plan.description')} autosize minRows={2} value={description.value} error={description.error} readOnly={description.readOnly} onChange={(e) => description.set(e.currentTarget.value)} />
      <TemplateInput label={te('plan.baseUrl')} description={te('plan.baseUrlText')} placeholder="http://127.0.0.1:8099" value={baseUrl.value} error={baseUrl.error} onChange={baseUrl.set} />
      <ChoiceField path={['cookies']} label={t('general.cookies')} standard="user" options={COOKIES.map((value) => ({ value, label: t(`cookies.${value}`) }))} />
      <Connections />
      <Life />
      <ChoiceField path={['on_failure']} label={te('settings.onFailure')} description={t('general.onFailureText')} standard="stop_transaction" options={FAILURES.map((value) => ({ value, label: te(`onFailure.${value}`) }))} />
    </Stack>
  );
}

function Connections() {
  const { t } = useTranslation('sections');
  const { doc, state, readOnly } = useEditor();
  const edit = useEdit(['connections']);
  const { mode, idle } = planView(doc).connections;
  return (
    <div className={`${classes.columns} ${classes.ends}`}>
      <Select
        label={t('general.connections')}
        placeholder={t('byDefault', { value: t('connections.user') })}
        clearable
        clearButtonProps={{ 'aria-label': t('clear') }}
        data={CONNECTIONS.map((value) => ({ value, label: t(`connections.${value}`) }))}
        value={mode || null}
        readOnly={readOnly}
        error={message(state.problems, ['connections'])}
        onChange={(value) => edit((d) => setConnections(d, value ?? '', idle))}
      />
      <TimeInput label={t('general.idle')} placeholder="90s" empty={t('byDefault', { value: '90 s' })} value={idle} onChange={(text) => edit((d) => setConnections(d, mode, text))} />
    </div>
  );
}

function Life() {
  const { t } = useTranslation('sections');
  const { doc, state, readOnly } = useEditor();
  const edit = useEdit(['user_life']);
  const life = planView(doc).userLife;
  const kind = lifeKind(life);
  const put = (to: UserLife) => edit((d) => setUserLife(d, to));
  return (
    <Stack gap={4}>
      <div className={`${classes.columns} ${classes.ends}`}>
        <Select
          label={t('life.label')}
          data={LIFE_KINDS.map((value) => ({ value, label: t(`life.${value}`) }))}
          value={kind}
          allowDeselect={false}
          readOnly={readOnly}
          error={message(state.problems, ['user_life'])}
          onChange={(to) => to && to !== kind && put(withLifeKind(life, to as LifeKind))}
        />
        {kind === 'iterations' && (
          <HeldInput label={t('life.count')} inputMode="numeric" value={life.iterations} readOnly={readOnly} onChange={(iterations) => put({ ...life, iterations })} />
        )}
        {(kind === 'time' || kind === 'iterations') && <LifeTime kind={kind} life={life} put={put} />}
      </div>
      <Text size="xs" c="dimmed">{t('life.text')}</Text>
    </Stack>
  );
}

/** After which time a user goes; a range means that each draws its own. Of a number of transactions it may be missing. */
function LifeTime({ kind, life, put }: { kind: 'time' | 'iterations'; life: UserLife; put: (to: UserLife) => void }) {
  const { t } = useTranslation('sections');
  const { readOnly } = useEditor();
  const value = lifeTime(life);
  const write = (text: string) => put(kind === 'time' && life.after === '' ? { ...life, word: text } : { ...life, after: text });
  return (
    <HeldInput
      mayBeEmpty={kind === 'iterations'}
      label={kind === 'time' ? t('life.time') : t('life.orTime')}
      placeholder="30m..40m"
      value={value}
      readOnly={readOnly}
      rightSection={<RangeEcho text={value} range empty="" />}
      rightSectionWidth="9rem"
      onChange={write}
      onBlur={() => {
        const written = planRange(value);
        if (written !== undefined && /[\s:]|\d(\.\.|$)/.test(value) && written !== value) write(written);
      }}
    />
  );
}
