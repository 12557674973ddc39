import { Stack } from '@mantine/core';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useConnectionValue } from '@/live';
import { useShortcut } from '@/widgets';
import { choiceFor, keepChoice, type Choice } from './choices';
import type { SendProps } from './props';
import { ResultView } from './result-view';
import { SendBar } from './send-bar';
import { SendError } from './send-error';
import { onSent, sentLately } from './sent';
import { useSend } from './use-send';
import { Waiting } from './waiting';

export type { SendProps } from './props';

/** The panel beside the editor that sends a transaction once. */
export function SendPanel({ plan, text, transaction, onPlace, onAddExtract, onAddCheck, onResult }: SendProps) {
  const { t } = useTranslation('send');
  const [choice, setChoice] = useState(() => choiceFor(plan));
  const [chosen, setChosen] = useState<number | null>(null);
  useEffect(() => {
    setChoice(choiceFor(plan));
    setChosen(null);
  }, [plan, transaction]);
  const all = useSyncExternalStore(onSent, sentLately);
  const results = all.filter((sent) => sent.plan === plan && sent.transaction === transaction);
  const shown = results.find((sent) => sent.id === chosen) ?? results[0];
  const { sending, send, cancel, giveAndSend } = useSend({ plan, text, transaction }, choice, (sent) => {
    setChosen(sent.id);
    onResult?.(sent.result);
  });
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
          actions={{ transaction, onPlace, onAddExtract, onAddCheck }}
        />
      )}
    </Stack>
  );
}
