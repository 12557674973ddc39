import { Group, Paper, Skeleton, Text } from '@mantine/core';
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

/** One figure, the last minutes of it, and whether its threshold holds. */
export function Tile({ id, label, value, note, spark, verdict }: TileProps) {
  const { t } = useTranslation('run');
  const judged = verdict && t(verdict.passed ? 'thresholdKept' : 'thresholdBroken', { rules: verdict.rules.join(', ') });
  return (
    <Paper withBorder p={8} className={classes.tile} data-testid={`tile-${id}`} data-passed={verdict?.passed}>
      <Group gap={4} justify="space-between" wrap="nowrap">
        <Text size="xs" c="dimmed">{label}</Text>
        {verdict && (
          <span title={judged ?? ''} role="img" aria-label={judged ?? ''} className={verdict.passed ? classes.good : classes.bad}>
            {verdict.passed ? <IconCircleCheck size={16} /> : <IconCircleX size={16} />}
          </span>
        )}
      </Group>
      {value === null ? <Skeleton h={24} w="70%" /> : <Text fz={20} fw={600} lh={1.25} className={classes.value}>{value}</Text>}
      <Text size="xs" c="dimmed" className={classes.value}>{note}&nbsp;</Text>
      <div className={classes.spark}>
        <Sparkline values={spark} width={110} height={20} />
      </div>
    </Paper>
  );
}
