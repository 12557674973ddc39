import { Accordion, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconPlayerSkipForward } from '@tabler/icons-react';
import { useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Exchange, SentStep } from '@/api/types';
import { formatMs } from '@/widgets';
import type { Actions } from './props';
import { StepDetails } from './step-details';
import classes from './send.module.css';

/** The step that is being edited and the first one that failed, else the last one: what somebody wants to see first. */
export function firstOpen(steps: readonly SentStep[], own?: number): string[] {
  const failed = steps.findIndex((step) => !step.ok);
  const open = [own, failed < 0 ? undefined : failed].filter((at) => at !== undefined);
  if (open.length === 0 && steps.length > 0) open.push(steps.length - 1);
  return [...new Set(open)].map(String);
}

function ownOf(result: Exchange, { own }: Actions): number | undefined {
  const step = own?.(result);
  return step && result.steps.indexOf(step);
}

/** Scrolls what is around it, but never the page: there the form may be what is worked in. */
function bringIntoPane(item: Element | null | undefined): void {
  for (let pane = item?.parentElement; item && pane && pane !== document.body; pane = pane.parentElement) {
    if (!/auto|scroll/.test(getComputedStyle(pane).overflowY)) continue;
    const top = item.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    if (top < 0 || top > pane.clientHeight / 2) pane.scrollTop += top;
    return;
  }
}

/** So many steps are shown at first, and more with each wish; and so many that failed behind them. */
const SHOWN = 100;
const FAILED = 20;

/** What is shown of many steps: the first ones, the first that failed, and the last; null: some are left out there. */
export function shownSteps(steps: readonly SentStep[], most: number): (number | null)[] {
  const chosen = steps.flatMap((step, i) => (i >= most && !step.ok ? [i] : [])).slice(0, FAILED);
  const shown = [...Array.from({ length: Math.min(most, steps.length) }, (_, i) => i), ...chosen];
  if (steps.length > 0 && shown.at(-1) !== steps.length - 1) shown.push(steps.length - 1);
  return shown.flatMap((at, i) => (at > 0 && shown[i - 1] !== at - 1 ? [null, at] : [at]));
}

function StepMark({ step }: { step: SentStep }) {
  const { t } = useTranslation('send');
  if (step.skipped) return <IconPlayerSkipForward size={18} className={classes.warn} aria-label={t('skipped')} />;
  if (!step.ok) return <IconCircleX size={18} className={classes.bad} aria-label={t('failed')} />;
  if (step.checks.some((check) => !check.ok)) return <IconAlertTriangle size={18} className={classes.warn} aria-label={t('warned')} />;
  return <IconCircleCheck size={18} className={classes.good} aria-label={t('passed')} />;
}

function StepHead({ step, transaction }: { step: SentStep; transaction: string }) {
  const first = step.attempts[0];
  const last = step.attempts.at(-1);
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      <StepMark step={step} />
      <div>
        <Text size="sm" fw={600} span>{step.transaction && step.transaction !== transaction ? `${step.transaction} / ${step.step}` : step.step}</Text>
        <Group gap={6} className="numbers">
          {first && <span className={classes.method}>{first.request.method}</span>}
          {last?.response && <Text size="xs" span c={last.response.status >= 400 ? 'var(--lh-bad)' : undefined}>{last.response.status}</Text>}
          {step.attempts.length > 0 && <Text size="xs" span c="dimmed">{formatMs(step.latency)}</Text>}
        </Group>
      </div>
    </Group>
  );
}

export function StepList({ result, actions }: { result: Exchange; actions: Actions }) {
  const { t } = useTranslation('send');
  const own = ownOf(result, actions);
  const [open, setOpen] = useState(() => firstOpen(result.steps, own));
  const list = useRef<HTMLDivElement>(null);
  // Who goes to another step looks for what that one was answered.
  const [before, setBefore] = useState(own);
  if (own !== before) {
    setBefore(own);
    if (own !== undefined) setOpen([String(own)]);
  }
  const first = useRef(true);
  useLayoutEffect(() => {
    if (!first.current && own !== undefined) bringIntoPane(list.current?.querySelector(`[data-step="${own}"]`));
    first.current = false;
  }, [own]);
  const [most, setMost] = useState(SHOWN);
  const shown = shownSteps(result.steps, most);
  const hidden = result.steps.length - shown.filter((at) => at !== null).length;
  return (
    <Accordion ref={list} transitionDuration={0} multiple value={open} onChange={setOpen} variant="separated" keepMounted={false} styles={{ content: { padding: '0.25rem 0.5rem 0.5rem' }, control: { paddingInline: '0.5rem' }, label: { paddingBlock: '0.35rem' } }}>
      {shown.map((i, nth) => {
        const step = i === null ? undefined : result.steps[i];
        if (!step) return nth === shown.indexOf(null) && <Button key="more" size="xs" variant="default" my={4} onClick={() => setMost(most + SHOWN)} data-testid="more-steps">{t('moreSteps', { count: hidden })}</Button>;
        const at = Number(i);
        return <Accordion.Item key={at} value={String(at)} data-step={at} data-testid={`step-result-${at + 1}`} data-ok={step.ok}>
          <Accordion.Control><StepHead step={step} transaction={actions.transaction} /></Accordion.Control>
          <Accordion.Panel><StepDetails step={step} actions={actions} /></Accordion.Panel>
        </Accordion.Item>;
      })}
    </Accordion>
  );
}
