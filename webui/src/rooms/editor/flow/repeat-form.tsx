import { Group, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type Path, type PlanDocument } from '@/plan';
import { textFor } from '@/plan/pairs';
import { useEditor, useField } from '../context';
import { DurationField } from '../step/duration-field';
import { KeyCell } from '../step/key-cell';
import { TemplateInput } from '../step/template-input';
import { useVariableNames } from '../variables';
import { ConditionForm } from './condition-form';

type Way = 'times' | 'each' | 'until';
const WAYS: readonly Way[] = ['times', 'each', 'until'];

/** Another way to repeat; what only the old way had goes, the pause between rounds stays. */
export function withWay(doc: PlanDocument, path: Path, way: Way): PlanDocument {
  const every = doc.scalar([...path, 'every']);
  const rest = every === undefined ? {} : { every };
  const value = {
    times: { times: 2, ...rest },
    each: { each: 'items', as: 'item', ...rest },
    until: { until: { var: 'state', equals: 'done' }, every: every ?? '1s', within: '60s' },
  }[way];
  return doc.set(path, value);
}

/** How often steps are repeated. */
export function RepeatForm({ path }: { path: Path }) {
  const { doc, editor, readOnly } = useEditor();
  const { t } = useTranslation('editor');
  const keys = doc.keys(path);
  const way = WAYS.find((w) => keys.includes(w)) ?? 'times';
  return (
    <Stack gap="sm">
      <Group>
        <SegmentedControl
          size="xs" aria-label={t('repeat.way')} value={way} disabled={readOnly}
          data={WAYS.map((value) => ({ value, label: t(`repeat.${value}`) }))}
          onChange={(to) => editor.edit((d) => withWay(d, path, WAYS.find((w) => w === to) ?? 'times'))}
        />
      </Group>
      {way === 'times' && <Times path={[...path, 'times']} />}
      {way === 'each' && <Each path={path} />}
      {way === 'until' && <ConditionForm path={[...path, 'until']} />}
      <Group align="flex-start" grow maw="34rem">
        <DurationField path={[...path, 'every']} label={t('repeat.every')} />
        {way === 'until' && <DurationField path={[...path, 'within']} label={t('repeat.within')} />}
      </Group>
    </Stack>
  );
}

function Times({ path }: { path: Path }) {
  const { doc } = useEditor();
  const { t } = useTranslation('editor');
  const times = useField(path);
  return <TemplateInput maw="16rem" label={t('repeat.rounds')} value={times.value} error={times.error} onChange={(text) => times.set(text === '' ? '' : textFor(doc, path, text))} />;
}

function Each({ path }: { path: Path }) {
  const { t } = useTranslation('editor');
  const names = useVariableNames();
  const each = useField([...path, 'each']);
  const as = useField([...path, 'as']);
  return (
    <Group align="flex-end">
      <KeyCell label={t('repeat.list')} placeholder={t('repeat.list')} value={each.value} taken={[]} suggestions={names.filter((n) => !n.startsWith('$'))} onChange={each.set} />
      <TextInput size="xs" label={t('repeat.as')} placeholder="item" value={as.value} error={as.error} readOnly={as.readOnly} onChange={(e) => as.set(e.currentTarget.value)} />
    </Group>
  );
}
