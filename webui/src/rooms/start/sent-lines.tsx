import type { PlanDocument } from '@/plan';
import { formatTime } from '@/widgets';
import { Anchor, Button, Group, Text } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { hrefOf } from '../editor/location';
import { useSendShown } from '../send/use-shown';
import type { Verdict } from '../send/verdicts';
import { Line } from './preflight-line';
import { keyOf, partOfLifecycle, placeOf } from './sent-check';
import type { SentOnce } from './use-sent-check';

/** How many failures, or names, are shown. */
const MOST = 10;
/** How much of the words of a failure, in characters: Open shows all. */
const WORDS = 100;

interface Props {
  plan: string;
  doc: PlanDocument;
  sent: SentOnce;
}

/** What was sent once and failed. */
export function SentLines({ plan, doc, sent }: Props) {
  const { t } = useTranslation('start');
  const { failed, elsewhere, blocking, left } = sent;
  return (
    <>
      {failed.slice(0, MOST).map((v) => <Failed key={keyOf(v)} plan={plan} doc={doc} sent={sent} verdict={v} />)}
      {failed.length > MOST && <Line level={blocking.length > 0 ? 'bad' : 'warn'} id="sent-more">{t('sentMore', { count: failed.length - MOST })}</Line>}
      {elsewhere.slice(0, MOST).map((v) => (
        <Line key={keyOf(v)} level="warn" id="sent-elsewhere">
          <Words verdict={v} text="sentElsewhere" /> <Open plan={plan} doc={doc} verdict={v} />
        </Line>
      ))}
      {left.length > 0 && <Line level="warn" id="sent-left">{t('sentLeft', { names: left.slice(0, MOST).join(t('and')), count: left.length })}</Line>}
    </>
  );
}

/** A failure keeps the run from starting, until somebody says that it does not matter now. */
function Failed({ plan, doc, sent, verdict }: Props & { verdict: Verdict }) {
  const { t } = useTranslation('start');
  const name = nameOf(verdict, t);
  const ignored = !sent.blocking.includes(verdict);
  return (
    <Line level={ignored ? 'warn' : 'bad'} id="sent">
      <Group gap="xs">
        <span><Words verdict={verdict} text={ignored ? 'sentIgnored' : 'sentFailed'} /></span>
        <Open plan={plan} doc={doc} verdict={verdict} />
        <Button size="compact-xs" variant="default" aria-label={t(ignored ? 'notIgnoreOf' : 'ignoreOnceOf', { name })} onClick={() => sent.ignore([verdict])}>
          {t(ignored ? 'notIgnore' : 'ignoreOnce')}
        </Button>
      </Group>
    </Line>
  );
}

/** What failed, as the page calls it. */
export function nameOf({ transaction }: Verdict, t: TFunction<'start'>): string {
  const part = partOfLifecycle(transaction);
  return part ? t(`editor:lifecycle.${part}`) : transaction;
}

function Words({ verdict, text }: { verdict: Verdict; text: 'sentFailed' | 'sentIgnored' | 'sentElsewhere' }) {
  const { t } = useTranslation('start');
  const { t: ofSend } = useTranslation('send');
  const { kind, step, message, at } = verdict;
  return (
    <>
      {t(text, { name: nameOf(verdict, t), fault: ofSend(`fault.${kind}`, { defaultValue: kind }), time: formatTime(at) })}{' '}
      <Text span size="sm" c="dimmed">{[step, message.length > WORDS ? `${message.slice(0, WORDS)}…` : message].filter((words) => words !== '').join(' – ')}</Text>
    </>
  );
}

/** Leads to the transaction, with its send beside it. */
function Open({ plan, doc, verdict }: Omit<Props, 'sent'> & { verdict: Verdict }) {
  const { t } = useTranslation('start');
  const [, show] = useSendShown();
  return (
    <Anchor size="sm" underline="always" href={`#${hrefOf(doc, plan, { path: placeOf(doc, verdict) })}`} aria-label={t('openOf', { name: nameOf(verdict, t) })} onClick={() => show(true)}>
      {t('open')}
    </Anchor>
  );
}
