import { IconCircleCheck, IconCircleX, IconHourglassLow } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { WorkerResult } from '@/api/types';
import { useGroupVersion } from '@/charts';
import { useOfWorkers, type SeriesView } from '@/live';
import { formatBytes, formatMs, formatNumber, formatRate, formatShare } from '@/widgets/format';
import { reasonText } from '@/widgets/reason';
import { Sparkline } from '@/widgets/sparkline';
import { ToneBadge } from '@/widgets/tone-badge';
import { useOpenRun } from './context';
import classes from './run.module.css';
import { highCpu, lastKnown } from './workers';

const SECONDS = 60;
const HEADS = ['state', 'host', 'users', 'rps', 'cpu', 'cpuMax', 'memory', 'lag', 'requests'] as const;

/** The workers that took part, and how each does. */
export function RunWorkers() {
  const { t } = useTranslation('run');
  const { result, store, group, live } = useOpenRun();
  useGroupVersion(group, ['data']);
  const view = store.view(Math.max(0, store.snapshot().lastSecond - SECONDS), 0);
  return (
    <div className={classes.scroll} role="region" aria-label={t('tab.workers')} tabIndex={0}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('worker.id')}</th>
            {HEADS.map((head) => <th key={head} scope="col" className={head === 'state' || head === 'host' ? classes.left : undefined}>{t(`worker.${head}`)}</th>)}
          </tr>
        </thead>
        <tbody>
          {result.workers.map((worker) => <WorkerRow key={worker.id} worker={worker} view={view} live={live} />)}
        </tbody>
      </table>
    </div>
  );
}

function WorkerRow({ worker, view, live }: { worker: WorkerResult; view: SeriesView; live: boolean }) {
  const { t } = useTranslation('run');
  const columns = view.workers.get(worker.id);
  const now = (name: 'users' | 'rps' | 'cpu' | 'memory' | 'lag') => (columns && live && !worker.lost ? lastKnown(columns[name]) : null);
  // What a lost worker has now is not known.
  const had = (value: number | null, most: number) => (value ?? (live && worker.lost ? null : most));
  const high = !worker.lost && columns !== undefined && highCpu(columns.cpu, view);
  return (
    <tr className={classes.row} data-testid={`worker-row-${worker.id}`}>
      <th scope="row">{worker.id}</th>
      <td className={classes.left}>
        <State worker={worker} live={live} />
        {worker.reason ? ` ${worker.why ? reasonText(worker.why) : worker.reason}` : ''}
      </td>
      <td className={classes.left}>{worker.host}</td>
      <td>{formatNumber(had(now('users'), worker.users))}</td>
      <td>{formatRate(now('rps'))}</td>
      <td>
        <span className={`${classes.trend} ${high ? classes.warn : ''}`}>
          {columns && <Sparkline values={columns.cpu} width={70} height={16} />}
          {formatShare(now('cpu'))}{high ? ` ▲ ${t('worker.high')}` : ''}
        </span>
      </td>
      <td>{formatShare(worker.cpu_max)}</td>
      <td>{formatBytes(had(now('memory'), worker.memory_max))}</td>
      <td>{formatMs(now('lag'))}</td>
      <td>{formatNumber(worker.requests)}</td>
    </tr>
  );
}

function State({ worker, live }: { worker: WorkerResult; live: boolean }) {
  const { t } = useTranslation('run');
  const drains = useOfWorkers((workers) => live && workers?.find((w) => w.id === worker.id)?.state === 'draining');
  if (worker.lost) return <ToneBadge tone="bad" icon={IconCircleX}>{t('worker.lost')}</ToneBadge>;
  if (drains) return <ToneBadge tone="warn" icon={IconHourglassLow}>{t('worker.draining')}</ToneBadge>;
  return <ToneBadge tone="good" icon={IconCircleCheck}>{t(live ? 'worker.busy' : 'worker.done')}</ToneBadge>;
}
