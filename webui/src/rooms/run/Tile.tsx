import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Sparkline } from '@/widgets/sparkline';
import classes from './run.module.css';

export interface TileProps {
  id: string;
  label: string;
  /** null: not known yet. */
  value: string | null;
  /** Of when the value is, or more of the same. */
  note: string;
  spark: ArrayLike<number>;
  verdict: { passed: boolean; rules: string[] } | null;
}

/** One figure, the last minutes of it, and whether its threshold holds. Plain elements: all tiles are written with each tick. */
export function Tile({ id, label, value, note, spark, verdict }: TileProps) {
  const { t } = useTranslation('run');
  const judged = verdict && t(verdict.passed ? 'thresholdKept' : 'thresholdBroken', { rules: verdict.rules.join(', ') });
  return (
    <div className={classes.tile} data-testid={`tile-${id}`} data-passed={verdict?.passed}>
      <div className={classes.tileHead}>
        <span>{label}</span>
        {verdict && (
          <span title={judged ?? ''} role="img" aria-label={judged ?? ''} className={verdict.passed ? classes.good : classes.bad}>
            {verdict.passed ? <IconCircleCheck size={16} /> : <IconCircleX size={16} />}
          </span>
        )}
      </div>
      <div className={classes.tileValue}>{value ?? '…'}</div>
      <div className={classes.tileNote}>{note}&nbsp;</div>
      <div className={classes.spark}>
        <Sparkline values={spark} width={110} height={20} />
      </div>
    </div>
  );
}
