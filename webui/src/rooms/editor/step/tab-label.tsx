import { Badge, Group } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { useMarks } from '../context';
import classes from './step.module.css';

export interface TabLabelProps {
  text: string;
  /** How many rows there are. */
  count?: number;
  /** There is something, which is not counted. */
  filled?: boolean;
  marks: ReturnType<typeof useMarks>;
}

/** The name of a tab, with how much is in it and how much of that is wrong. */
export function TabLabel({ text, count = 0, filled, marks }: TabLabelProps) {
  const { t } = useTranslation('editor');
  return (
    <Group gap={6} wrap="nowrap" component="span">
      {text}
      {count > 0 && <span className={`${classes.count} numbers`}>{count}</span>}
      {filled && <span className={classes.filled} role="img" aria-label={t('notEmpty')} />}
      {marks.level && (
        <Badge component="span" size="sm" variant="light" color={marks.level === 'error' ? 'red' : 'orange'} aria-label={t('problemCount', { count: marks.count })} className={classes.mark}>
          {marks.count}
        </Badge>
      )}
    </Group>
  );
}
