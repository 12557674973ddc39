import { ActionIcon } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCharts } from '@/charts';
import { formatNumber, formatShare } from '@/widgets/format';
import { ErrorSamples } from './ErrorSamples';
import type { GroupLine } from './groups';
import classes from './run.module.css';

const COLUMNS = 7;

/** Groups of failures; each opens to show some of them whole. */
export function ErrorTable({ lines }: { lines: GroupLine[] }) {
  const { t } = useTranslation('run');
  const [open, setOpen] = useState<string | null>(null);
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
            <th scope="col" className={classes.left}>{t('err.seen')}</th>
            <th scope="col" className={classes.left}>{t('err.workers')}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, i) => (
            <Fragment key={line.key}>
              <GroupRow line={line} index={i} open={open === line.key} onToggle={() => setOpen(open === line.key ? null : line.key)} />
              {open === line.key && (
                <tr>
                  <td colSpan={COLUMNS} className={`${classes.left} ${classes.sample}`}>
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

function GroupRow({ line, index, open, onToggle }: { line: GroupLine; index: number; open: boolean; onToggle: () => void }) {
  const { t } = useTranslation('run');
  const { look } = useCharts();
  const { group } = line;
  const seen = Number.isFinite(line.first) ? t('seen', { first: look.time(line.first), last: look.time(line.last) }) : '–';
  return (
    <tr className={classes.row} data-testid={`err-row-${index}`}>
      <th scope="row" className={classes.message}>
        <ActionIcon variant="subtle" color="gray" size={24} aria-expanded={open} aria-label={t('samplesOf', { message: group.message })} onClick={onToggle}>
          {open ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
        </ActionIcon>{' '}
        {group.message}
      </th>
      <td className={classes.left}>{[group.transaction, group.step].filter(Boolean).join(' / ')}</td>
      <td className={classes.left}>{[group.class, group.rule].filter(Boolean).join(' · ')}</td>
      <td>{formatNumber(group.count)}</td>
      <td>{formatShare(line.share)}</td>
      <td className={classes.left}>{seen}</td>
      <td className={classes.left}>{line.workers.join(', ')}</td>
    </tr>
  );
}
