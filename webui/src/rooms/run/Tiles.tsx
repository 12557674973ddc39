import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { queries } from '@/api/queries';
import type { RowSummary } from '@/api/types';
import { useGroupVersion } from '@/charts';
import { useConnectionValue, useRunSnapshot } from '@/live';
import { formatMs, formatNumber, formatRate, formatShare, formatTime } from '@/widgets/format';
import { useOpenRun, type OpenRun } from './context';
import { figuresNow, figuresOfRange, figuresOfRun, type Figures } from './numbers';
import classes from './run.module.css';
import { Tile } from './Tile';
import { useAway, useHeld } from './useLate';
import { verdictOf, type Metric } from './thresholds';
import { workerFigures } from './workers';

const SPARK_SECONDS = 120;

/** The total of a range, since percentiles of its seconds cannot be joined. */
function useWhole({ result, address }: OpenRun): RowSummary | undefined {
  const { zoom } = address;
  const rows = useQuery({ ...queries.runRows(result.id, zoom?.from ?? 0, zoom?.to ?? 0), enabled: zoom !== null });
  return rows.isPlaceholderData ? undefined : rows.data?.find((r) => r.kind === 'total');
}

function useFigures(run: OpenRun): Figures | null {
  const { result, store, address, live } = run;
  const { tick } = useRunSnapshot(store);
  const whole = useWhole(run);
  if (address.zoom) return figuresOfRange(store.view(address.zoom.from, address.zoom.to), whole);
  if (!live) return figuresOfRun(result);
  return tick ? figuresNow(tick) : null;
}

export function Tiles() {
  const { t } = useTranslation('run');
  const run = useOpenRun();
  const { result, store, group } = run;
  useGroupVersion(group, ['range']);
  const { tick, lastSecond } = useRunSnapshot(store);
  const figures = useFigures(run);
  const window = run.address.zoom ?? { from: run.live ? Math.max(0, lastSecond - SPARK_SECONDS) : 0, to: 0 };
  const view = store.view(window.from, window.to);
  const thresholds = tick?.thresholds ?? result.thresholds;
  const verdict = (metric: Metric) => verdictOf(thresholds, metric);
  const now = figures?.of === 'now';
  const workers = workerFigures(result, tick, view, now);
  const about = figures?.about ? '≈' : '';
  const of = figures ? t(`of.${figures.of}`) : '';
  // Without a word of the master, or of a worker, for a while nothing is of now.
  const away = useAway();
  const held = useHeld();
  const lastAt = useConnectionValue((connection) => (away ? connection.lastAt : null));
  const note = (text: string) => (now && (away || held !== null) ? t('of.asOf', { at: formatTime(held ?? lastAt) }) : text);
  const percentile = (name: 'p50' | 'p95' | 'p99' | 'p999') => (
    <Tile id={name} label={t(`tile.${name}`)} value={figures ? `${about}${formatMs(figures[name])}` : null} note={note(now ? t('of.recent') : of)} spark={view.cols[name]} verdict={verdict(name)} />
  );
  return (
    <div className={classes.tiles}>
      <Tile id="users" label={t('tile.users')} value={figures ? (figures.of === 'now' ? `${formatNumber(figures.users)}/${formatNumber(figures.target)}` : formatNumber(figures.users)) : null} note={note(now ? of : t('of.peak'))} spark={view.cols.users} verdict={null} />
      <Tile id="rps" label={t('tile.rps')} value={figures ? `${formatRate(figures.rps)}/s` : null} note={note(of)} spark={view.cols.rps} verdict={verdict('rps')} />
      <Tile id="err" label={t('tile.err')} value={figures ? formatShare(figures.share) : null} note={note(figures ? `${formatRate(figures.failing)}/s` : '')} spark={view.cols.failures} verdict={verdict('failures')} />
      {percentile('p50')}
      {percentile('p95')}
      {percentile('p99')}
      {percentile('p999')}
      <Tile id="workers" label={t('tile.workers')} value={`${workers.there}/${workers.all}`} note={note(t(now ? 'cpu' : 'cpuMost', { cpu: formatShare(workers.cpu) }))} spark={view.cols.cpu} verdict={null} />
    </div>
  );
}
