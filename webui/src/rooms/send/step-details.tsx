import { Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SentStep } from '@/api/types';
import { AttemptView } from './attempt-view';
import { Failure } from './failure';
import { Hops } from './hops';
import { PlaceButton } from './place-button';
import type { Actions } from './props';
import classes from './send.module.css';

interface Props {
  step: SentStep;
  actions: Actions;
}

/** How the master begins what a check has seen. */
const GOT = 'got ';

/** Whether a failed check, or the last attempt, says all that the message does. */
export function saidElsewhere(step: SentStep): boolean {
  if (step.place || step.stack) return false;
  return step.attempts.at(-1)?.message === step.message || step.checks.some((check) => !check.ok && step.message === `${check.rule}: ${check.actual ?? ''}`);
}

/** Why it failed or was skipped, and where. */
function Outcome({ step, actions }: Props) {
  const { t } = useTranslation('send');
  return (
    <>
      {step.skipped && <Text size="sm">{t('skippedBecause', { reason: step.skipped })}</Text>}
      {step.by && (
        <Group gap={6}>
          <Text size="sm" c="dimmed">{t('sentBy')}</Text>
          <PlaceButton place={step.by} onPlace={actions.onPlace} />
        </Group>
      )}
      {step.message && !saidElsewhere(step) && (
        <Failure kind={step.class || 'ended'} message={step.message} place={step.place} stack={step.stack} onPlace={actions.onPlace} />
      )}
    </>
  );
}

function CheckLine({ check, onPlace }: { check: SentStep['checks'][number]; onPlace?: (place: string) => void }) {
  const { t } = useTranslation('send');
  const Mark = check.ok ? IconCircleCheck : check.warn ? IconAlertTriangle : IconCircleX;
  const tone = check.ok ? 'good' : check.warn ? 'warn' : 'bad';
  const seen = check.actual ?? '';
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <Mark size={16} className={classes[tone]} aria-label={t(`check.${tone}`)} />
      <Text size="sm" component="div" className={classes.value}>
        {check.rule}
        {seen && seen !== check.rule && <Text span inherit c={check.ok ? 'dimmed' : undefined}> ({seen.startsWith(GOT) ? t('got', { actual: seen.slice(GOT.length) }) : seen})</Text>}
        {check.place && <div><PlaceButton place={check.place} onPlace={onPlace} /></div>}
      </Text>
    </Group>
  );
}

function ExtractLine({ extract }: { extract: SentStep['extracts'][number] }) {
  const { t } = useTranslation('send');
  return (
    <Text size="sm" className={classes.value}>
      → {extract.name} {extract.found ? `= ${JSON.stringify(extract.value ?? '')}` : <Text span inherit c="var(--lh-warn)">{t('notFound')}</Text>}
    </Text>
  );
}

export function StepDetails({ step, actions }: Props) {
  const [chosen, setChosen] = useState(step.attempts.length - 1);
  const attempt = step.attempts[chosen];
  const extracted = new Set(step.extracts.map((extract) => extract.name));
  const own = step.transaction === actions.transaction && !step.by;
  return (
    <Stack gap={6}>
      <Outcome step={step} actions={actions} />
      {step.checks.map((check, i) => <CheckLine key={i} check={check} onPlace={actions.onPlace} />)}
      {step.extracts.map((extract, i) => <ExtractLine key={i} extract={extract} />)}
      {Object.entries(step.changed).filter(([name]) => !extracted.has(name)).map(([name, value]) => (
        <ExtractLine key={name} extract={{ name, found: true, value }} />
      ))}
      {step.attempts.length > 1 && <Hops attempts={step.attempts} chosen={chosen} onChoose={setChosen} />}
      {attempt && (
        <AttemptView
          key={chosen} attempt={attempt}
          onAddExtract={own && actions.onAddExtract ? (row) => actions.onAddExtract?.(step.step, row) : undefined}
          onAddCheck={own && actions.onAddCheck ? (row) => actions.onAddCheck?.(step.step, row) : undefined}
        />
      )}
    </Stack>
  );
}
