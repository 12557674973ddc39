import { Button, Progress } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'wouter';
import { call, segment } from '@/api/client';
import type { RunLine } from '@/api/types';
import { useConnectionValue, useOfRuns, useRuns } from '@/live';
import { openEditLoad } from '@/rooms/start';
import { ConfirmInPlace, ErrorCard, formatDuration, formatMs, formatNumber, formatRate, formatShare, isEnded, isolated, StateBadge } from '@/widgets';
import classes from './shell.module.css';
import { useStopAsked } from './stop-asked';

/** Runs that are not over. */
export function useActiveRuns(): RunLine[] {
  return (useRuns() ?? []).filter((run) => !isEnded(run.state));
}

/** Which runs are not over; renders again only when those are others. */
export function useActiveNames(): Pick<RunLine, 'id' | 'plan' | 'number'>[] {
  return useOfRuns((runs) => runs.filter((run) => !isEnded(run.state)).map(({ id, plan, number }) => ({ id, plan, number })));
}

function Figures({ run }: { run: RunLine }) {
  const { t } = useTranslation('shell');
  const total = run.total > 0 ? formatDuration(run.total / 1000) : t('strip.openEnd');
  return (
    <div className={classes.figures}>
      <span className={classes.figure}>{t('strip.time', { elapsed: formatDuration(run.elapsed / 1000), total })}</span>
      <span className={`${classes.figure} ${classes.minor}`}><span>{t('strip.users')}</span> {formatNumber(run.users)}/{formatNumber(run.target)}</span>
      <span className={classes.figure}><span>{t('strip.rps')}</span> {formatRate(run.rps)}</span>
      <span className={`${classes.figure} ${run.failing_share > 0.01 ? classes.bad : ''}`}><span>{t('strip.errors')}</span> {formatShare(run.failing_share)}</span>
      <span className={`${classes.figure} ${classes.minor}`}><span>{t('strip.p95')}</span> {formatMs(run.p95)}</span>
      <span className={`${classes.figure} ${classes.minor} ${run.lost > 0 ? classes.bad : ''}`}><span>{t('strip.workers')}</span> {formatNumber(run.workers)}/{formatNumber(run.workers + run.lost)}</span>
    </div>
  );
}

function StopButton({ run }: { run: RunLine }) {
  const { t } = useTranslation('shell');
  const asked = useStopAsked(run.id);
  const stop = useMutation({ mutationFn: () => call(`/runs/${segment(run.id)}/stop`, { body: { now: run.state === 'stopping' } }) });
  const again = run.state === 'stopping';
  return (
    <>
      <ConfirmInPlace
        size="compact-sm"
        label={t(again ? 'strip.stopNow' : 'strip.stop')}
        question={t(again ? 'strip.askNow' : 'strip.ask', { number: run.number })}
        confirm={t(again ? 'strip.stopNow' : 'strip.stop')}
        keep={t('strip.keep')}
        onConfirm={() => stop.mutate()}
        loading={stop.isPending}
        asked={asked}
        testId="stop"
        confirmTestId="stop-confirm"
      />
      {stop.isError && <ErrorCard error={stop.error} title={t('strip.notStopped')} retry={() => stop.mutate()} />}
    </>
  );
}

function Strip({ run, old }: { run: RunLine; old: boolean }) {
  const { t } = useTranslation('shell');
  const name = run.name && run.name !== run.plan ? `${run.plan} · ${run.name}` : run.plan;
  return (
    <section className={classes.strip} aria-label={t('strip.label', { number: run.number })} data-testid="run-strip" data-run={run.id} data-old={old || undefined}>
      <StateBadge state={run.state} degraded={run.degraded || run.lost > 0} lost={run.lost} />
      <Link className={classes.stripName} href={`/runs/${run.number}`}>{t('strip.name', { name: isolated(name), number: run.number })}</Link>
      {run.started_at !== null && <Figures run={run} />}
      <div className={classes.actions}>
        <Button component={Link} className={classes.open} href={`/runs/${run.number}`} size="compact-sm" variant="default" data-testid="run-open">{t('strip.open')}</Button>
        <Button className={classes.open} size="compact-sm" variant="default" disabled={run.state !== 'running'} onClick={() => openEditLoad(run.id)} data-testid="edit-load">{t('strip.editLoad')}</Button>
        <StopButton run={run} />
      </div>
      {run.total > 0 && <Progress className={classes.progress} size={3} radius={0} value={Math.min(100, (100 * run.elapsed) / run.total)} aria-label={t('strip.progress')} />}
    </section>
  );
}

/** What is running, on every page but that of the run itself, which says all of it. */
export function RunStrips() {
  const runs = useActiveRuns();
  const old = useConnectionValue(({ state }) => state !== 'live');
  const [path] = useLocation();
  const others = runs.filter((run) => path !== `/runs/${run.number}` && path !== `/runs/${run.id}`);
  return others.map((run) => <Strip key={run.id} run={run} old={old} />);
}
