import { ActionIcon } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration, formatNumber, formatShare, formatTime } from '@/widgets/format';
import { Sparkline } from '@/widgets/sparkline';
import { useOpenRun } from './context';
import { ErrorSamples } from './ErrorSamples';
import type { GroupLine } from './groups';
import classes from './run.module.css';

/** So many workers are named in a line. */
const NAMED = 3;

/** Groups of failures; each opens to show some of them whole. */
export function ErrorTable({ lines }: { lines: GroupLine[] }) {
  const { t } = useTranslation('run');
  const [open, setOpen] = useState<string | null>(null);
  const trends = lines.some((line) => line.trend !== null);
  return (
    <div className={classes.scroll} role="region" aria-label={t('tab.errors')} tabIndex={0}>
      <table className={classes.table} data-testid="err-table">
        <thead>
          <tr>
            <th scope="col">{t('err.message')}</th>
            <th scope="col" className={classes.left}>{t('err.where')}</th>
            <th scope="col" className={classes.left}>{t('err.kind')}</th>
            <th scope="col">{t('err.count')}</th>
            <th scope="col">{t('err.share')}</th>
            <th scope="col">{t('err.first')}</th>
            <th scope="col">{t('err.last')}</th>
            {trends && <th scope="col">{t('column.trend')}</th>}
            <th scope="col" className={classes.left}>{t('err.workers')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, i) => (
            <Fragment key={line.key}>
              <GroupRow line={line} index={i} trends={trends} open={open === line.key} onToggle={() => setOpen(open === line.key ? null : line.key)} />
              {open === line.key && (
                <tr>
                  <td colSpan={trends ? 9 : 8} className={`${classes.left} ${classes.sample}`}>
                    <ErrorSamples group={line.group} />
                  </td>
                </tr>
              )}
            </Fragment>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface GroupRowProps {
  line: GroupLine;
  index: number;
  trends: boolean;
  open: boolean;
  onToggle: () => void;
}

function GroupRow({ line, index, trends, open, onToggle }: GroupRowProps) {
  const { t } = useTranslation('run');
  const { group } = line;
  return (
    <tr className={classes.row} data-testid={`err-row-${index}`}>
      <th scope="row" className={classes.message}>
        <ActionIcon variant="subtle" color="gray" size={24} aria-expanded={open} aria-label={t('samplesOf', { message: group.message })} onClick={onToggle}>
          {open ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
        </ActionIcon>{' '}
        {group.message}
      </th>
      <td className={`${classes.left} ${classes.where}`}>{[group.transaction, group.step].filter(Boolean).join(' / ')}</td>
      <td className={classes.left}>{[group.class, group.rule].filter(Boolean).join(' · ')}</td>
      <td>{formatNumber(group.count)}</td>
      <td>{formatShare(line.share)}</td>
      <SeenCell at={group.first_seen} />
      <SeenCell at={group.last_seen} />
      {trends && <td>{line.trend && <Sparkline values={line.trend} width={90} height={18} tone="bad" />}</td>}
      <WorkersCell workers={group.workers} />
    </tr>
  );
}

/** A run time (in ms), and what the clock said. */
function SeenCell({ at }: { at: number }) {
  const { result } = useOpenRun();
  return (
    <td>
      {formatDuration(at / 1000)}
      {result.started_at && <span className={classes.clock}>{formatTime(Date.parse(result.started_at) + at)}</span>}
    </td>
  );
}

function WorkersCell({ workers }: { workers: string[] }) {
  const { t } = useTranslation('run');
  const named = [...workers].sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  const more = named.length - NAMED;
  return (
    <td className={classes.left} title={named.join(', ')}>
      {named.slice(0, NAMED).join(', ')}
      {more > 0 && ` ${t('err.moreWorkers', { count: more })}`}
    </td>
  );
}
