import { Stack, Text } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnectionValue } from '@/live';
import { parsePlan } from '@/plan';
import type { SendOrder } from '@/api/types';
import { formatTime, useShortcut } from '@/widgets';
import { choiceFor, give, givenFor, keepChoice, type Choice, type Given } from './choices';
import { outcomesOf } from './outcome';
import type { SendProps } from './props';
import { ResultView } from './result-view';
import { SendBar } from './send-bar';
import { SendError } from './send-error';
import { partOf, remember } from './sent';
import { useSentOf } from './use-last';
import { useSend } from './use-send';
import { keepOutcomes, useVerdictsOf } from './verdicts';
import { Waiting } from './waiting';

export type { SendProps } from './props';

function orderOf({ plan, text, transaction }: SendProps, { environment, worker }: Choice): SendOrder {
  const order: SendOrder = { inline: text, file: `${plan}.yaml`, transaction, ...givenFor(plan) };
  if (environment) order.environment = environment;
  if (worker) order.worker = worker;
  return order;
}

/** The panel beside the editor that sends a transaction once. */
export function SendPanel(props: SendProps) {
  const { plan, text, transaction, own, onPlace, onAddExtract, onAddCheck } = props;
  const { t } = useTranslation('send');
  const [choice, setChoice] = useState(() => choiceFor(plan));
  const [chosen, setChosen] = useState<number | null>(null);
  useEffect(() => {
    setChoice(choiceFor(plan));
    setChosen(null);
  }, [plan, transaction]);
  const all = useSentOf(plan);
  const results = useMemo(() => all.flatMap((sent) => partOf(sent, transaction) ?? []), [all, transaction]);
  const newest = results[0];
  const shown = results.find((sent) => sent.id === chosen) ?? newest;
  useEffect(() => setChosen(null), [newest?.id]);
  const { sending, send, cancel } = useSend(() => orderOf(props, choice), (result) => {
    const [{ environment }, at] = [choice, Date.now()];
    remember({ plan, transaction, environment, at, result });
    keepOutcomes({ plan, doc: parsePlan(text), settings: { environment, baseUrl: '', variables: {} }, sent: transaction, at }, outcomesOf(result, [transaction]));
  });
  const giveAndSend = (values: Given) => {
    give(plan, values);
    void send();
  };
  const busy = sending.state === 'sending';
  const away = useConnectionValue(({ state }) => state === 'reconnecting' || state === 'offline');
  const barred = transaction === '' ? t('noTransaction') : away ? t('disconnected') : '';
  useShortcut('mod+Enter', () => barred === '' && void send());

  const choose = (next: Choice) => {
    setChoice(next);
    keepChoice(plan, next);
  };
  return (
    <Stack gap="sm" component="section" aria-label={t('title')}>
      <SendBar choice={choice} onChoice={choose} busy={busy} barred={barred} onSend={() => void send()} onCancel={cancel} />
      {busy && <Waiting since={sending.since} />}
      {sending.state === 'failed' && (
        <SendError plan={plan} error={sending.error} missing={sending.missing} onPlace={onPlace} onGive={giveAndSend} onRetry={() => void send()} />
      )}
      {shown && (
        <ResultView
          key={shown.id} sent={shown} results={results} onChoose={setChosen}
          actions={{ transaction, own, onPlace, onAddExtract, onAddCheck }}
        />
      )}
      {!shown && sending.state === 'idle' && <Earlier plan={plan} transaction={transaction} />}
    </Stack>
  );
}

/** After a reload nothing of what was sent is there, but how it came out. */
function Earlier({ plan, transaction }: { plan: string; transaction: string }) {
  const { t } = useTranslation('send');
  const verdict = useVerdictsOf(plan).find((v) => v.transaction === transaction);
  if (!verdict) return <Text size="sm" c="dimmed" data-testid="send-nothing">{t('nothingSent')}</Text>;
  const words = [verdict.step, verdict.kind && t(`fault.${verdict.kind}`, { defaultValue: verdict.kind }), verdict.message].filter(Boolean).join(' – ');
  return (
    <Text size="sm" c="dimmed" data-testid="send-earlier">
      {t(verdict.ok ? 'earlierPassed' : 'earlierFailed', { time: formatTime(verdict.at), words })}
    </Text>
  );
}
