import type { Preflight } from '@/api/types';
import { ErrorCard, formatBytes, formatDuration, formatNumber, formatRate, reasonsText } from '@/widgets';
import { Anchor, PasswordInput, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { segment } from '@/api/client';
import { useRuns, useWorkers } from '@/live';
import { holdersOf } from './holders';
import { Line } from './preflight-line';
import { SendAll } from './send-all';
import { SentLines } from './sent-lines';
import type { Start } from './use-start';

/** What would keep the run from starting, and what it would be. */
export function PreflightList({ plan, start }: { plan: string; start: Start }) {
  const { t } = useTranslation('start');
  const { preflight, wrong } = start;
  const answer = preflight.data;
  return (
    <Stack gap={6} component="section" aria-label={t('preflight')} aria-busy={!start.checked}>
      <Title order={2} size="h5">{t('preflight')}</Title>
      {wrong.length > 0 && <Line level="bad" id="form">{t('wrong', { fields: wrong.map((f) => t(`field.${f}`)).join(', ') })}</Line>}
      {start.stored.error && <ErrorCard error={start.stored.error} retry={() => void start.stored.refetch()} />}
      {wrong.length === 0 && preflight.error && <ErrorCard error={preflight.error} retry={() => void preflight.refetch()} />}
      {wrong.length === 0 && !answer && !preflight.error && !start.stored.error && <Skeleton height={72} />}
      {wrong.length === 0 && answer && !preflight.error && <Answer plan={plan} answer={answer} start={start} />}
    </Stack>
  );
}

/** Why the run would be queued: who has the workers, where somebody has. */
function Waits({ reason }: { reason: string }) {
  const { t } = useTranslation('start');
  const workers = useWorkers()?.workers ?? [];
  const holders = holdersOf(workers, useRuns() ?? []).filter((h) => h.number !== undefined);
  const [first] = holders;
  if (!first) {
    return (
      <Line level="warn" id="waits">
        {t('waits', { reason })} <Anchor size="sm" underline="always" href="#/workers">{t('toWorkers')}</Anchor>
      </Line>
    );
  }
  return (
    <Line level="warn" id="waits">
      {holders.map((h) => (
        <span key={h.id}>
          {t(h.all ? 'heldAll' : 'held', { number: h.number, count: h.workers })} <Anchor size="sm" underline="always" href={`#/runs/${h.number ?? h.id}`}>{t('openRun', { number: h.number })}</Anchor>{' '}
        </span>
      ))}
      {t('orWait')} <Text span size="sm" c="dimmed">{t('waits', { reason })}</Text>
    </Line>
  );
}

function Answer({ plan, answer, start }: { plan: string; answer: Preflight; start: Start }) {
  const { t } = useTranslation('start');
  const faults = answer.problems.filter((p) => !p.warning);
  const warnings = answer.problems.filter((p) => p.warning);
  const missing = answer.missing_files.length + answer.missing_env.length + answer.missing_secrets.length;
  return (
    <>
      {faults.length === 0 && <Line level="good" id="plan">{t('planFine', { count: start.stored.data ? start.doc?.size(['transactions']) : 0 })}</Line>}
      {faults.map((p, i) => (
        <Line key={i} level="bad" id="problem">
          {t('problemAt', { line: p.line, column: p.col, message: p.message })}{' '}
          <Anchor size="sm" underline="always" href={`#/plans/${segment(plan)}?view=yaml`}>{t('open')}</Anchor>
        </Line>
      ))}
      {warnings.slice(0, 5).map((p, i) => <Line key={i} level="warn" id="warning">{t('problemAt', { line: p.line, column: p.col, message: p.message })}</Line>)}
      {answer.missing_files.map((f) => <Line key={f.path} level="bad" id="file">{t('missingFile', { file: f.path })}</Line>)}
      {answer.missing_env.map((name) => (
        <Line key={name} level="bad" id="env">
          <TextInput
            data-field={`env.${name}`} label={t('missingEnv', { name })} value={start.env[name] ?? ''} size="xs"
            onChange={(e) => start.setEnv({ ...start.env, [name]: e.currentTarget.value })}
          />
        </Line>
      ))}
      {answer.missing_secrets.map((name) => (
        <Line key={name} level="bad" id="secret">
          <PasswordInput
            data-field={`secret.${name}`} label={t('missingSecret', { name })} description={t('secretNote')} value={start.secrets[name] ?? ''} size="xs" autoComplete="off"
            onChange={(e) => start.setSecrets({ ...start.secrets, [name]: e.currentTarget.value })}
          />
        </Line>
      ))}
      {answer.workers.filter((w) => w.error).map((w) => <Line key={w.id} level="warn" id="worker">{`${w.id}: ${w.error ?? ''}`}</Line>)}
      {answer.waits !== '' && <Waits reason={reasonsText(answer.why, answer.waits)} />}
      {answer.waits === '' && answer.workers.length > 0 && <Line level="good" id="workers">{t('workersReady', { count: answer.workers.length })}</Line>}
      {answer.data.map((d) => <Line key={d.name} level="good" id="data">{t('data', { name: d.name, rows: formatNumber(d.rows) })}</Line>)}
      {answer.files > 0 && <Line level="good" id="files">{t('files', { count: answer.files, size: formatBytes(answer.bytes) })}</Line>}
      {answer.load.map((l) => (
        <Line key={l.scenario} level="good" id="load">
          {l.scenario !== '' && `${l.scenario}: `}
          {l.model === 'users' ? t('loadUsers', { users: formatNumber(l.peak_users) }) : t('loadRate', { rate: formatRate(l.peak_rate), users: formatNumber(l.peak_users) })}
          {', '}
          {l.length > 0 ? t('loadLength', { length: formatDuration(l.length / 1000) }) : t('noEnd')}
          {answer.workers.length > 1 && `, ${t('perWorker', { users: formatNumber(Math.ceil(l.peak_users / answer.workers.length)) })}`}
        </Line>
      ))}
      {start.doc && <SentLines plan={plan} doc={start.doc} sent={start.sent} />}
      {start.doc && <SendAll sent={start.sent} able={start.checked && faults.length === 0 && missing === 0} />}
    </>
  );
}
