import 'uplot/dist/uPlot.min.css';
import { ActionIcon, Tooltip, VisuallyHidden } from '@mantine/core';
import { IconInfoCircle, IconTable } from '@tabler/icons-react';
import { memo, useState, type KeyboardEvent, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { ChartTable } from './ChartTable';
import classes from './charts.module.css';
import { useCharts } from './context';
import { keyAction, moveCursor, scaleWindow } from './keys';
import { Legend } from './Legend';
import type { ChartSpec } from './spec';
import { nearest } from './summary';
import { valuesAt } from './text';
import { usePlot } from './usePlot';

export interface ChartProps {
  spec: ChartSpec;
  /** Switches of the chart, beside its title. */
  controls?: ReactNode;
}

/** One chart of a group, with its title, legend, tooltip, keys and a table of the same. */
export const Chart = memo(function Chart({ spec, controls }: ChartProps) {
  const { t } = useTranslation('charts');
  const { group, look } = useCharts();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => new Set(spec.lines.filter((line) => line.optional).map((line) => line.key)));
  const [table, setTable] = useState<'keys' | 'button' | null>(null);
  const [said, setSaid] = useState('');
  const { box, canvas, tip, values, drawn } = usePlot(spec, hidden, table === null);

  const closeTable = () => {
    flushSync(() => setTable(null));
    box.current?.focus();
  };

  const toggle = (key: string) => setHidden((before) => new Set(before.has(key) ? [...before].filter((k) => k !== key) : [...before, key]));

  const onKeyDown = (e: KeyboardEvent) => {
    const action = e.ctrlKey || e.metaKey || e.altKey || e.nativeEvent.isComposing ? null : keyAction(e.key, e.shiftKey);
    if (!action) return;
    e.preventDefault();
    e.stopPropagation();
    if (action === 'table') {
      group.setCursor(null);
      setTable('keys');
    } else if (action === 'reset') group.zoom(null);
    else if ('scale' in action) scaleWindow(group, action.scale);
    else if (drawn.current) {
      moveCursor(group, action.move, drawn.current.step);
      const index = nearest(drawn.current.t, group.cursor() ?? 0);
      if (index >= 0) setSaid(valuesAt(spec, drawn.current, index, hidden, group.source, look, t).join(t('listSeparator')));
    }
  };

  return (
    <section className={classes.card} aria-label={spec.title}>
      <div className={classes.head}>
        <h3 className={classes.title}>{spec.title}</h3>
        <Tooltip label={spec.help} multiline w={280} events={{ hover: true, focus: true, touch: true }}>
          <ActionIcon variant="subtle" color="gray" size={24} aria-label={t('about', { title: spec.title, help: spec.help })}>
            <IconInfoCircle size={16} />
          </ActionIcon>
        </Tooltip>
        <span className={classes.grow} />
        {controls && <div className={classes.controls}>{controls}</div>}
        <Tooltip label={t('table')}>
          <ActionIcon variant={table ? 'light' : 'subtle'} color="gray" size={24} aria-label={t('tableOf', { title: spec.title })} aria-pressed={table !== null} onClick={() => setTable(table ? null : 'button')}>
            <IconTable size={16} />
          </ActionIcon>
        </Tooltip>
      </div>
      <Legend spec={spec} scheme={look.scheme} hidden={hidden} onToggle={toggle} values={values} />
      {table ? (
        <ChartTable spec={spec} focused={table === 'keys'} onClose={closeTable} />
      ) : (
        <div ref={box} className={classes.plot} role="img" tabIndex={0} aria-label={spec.title} data-testid={`chart-${spec.id}`} onKeyDown={onKeyDown} onBlur={() => group.setCursor(null)}>
          <div ref={canvas} className={classes.canvas} />
          <div ref={tip} className={classes.tip} hidden />
        </div>
      )}
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </section>
  );
});
