import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './charts.module.css';
import { useCharts } from './context';
import { keyAction } from './keys';
import { MOST_BANDS, stageAt, stageBands } from './stages';
import { evenly } from './summary';
import { valueOf } from './text';
import { secondsPerColumn } from './thin';
import type { ChartSpec } from './spec';
import { useGroupVersion } from './useGroupVersion';

/** So many rows at most, in even steps: more cannot be read, and each tick writes them all. */
const ROWS = 60;

export interface ChartTableProps {
  spec: ChartSpec;
  /** It was opened by a key, which now moves in it. */
  focused: boolean;
  onClose: () => void;
}

/** The values of a chart as a table, the newest first; t closes it. */
export function ChartTable({ spec, focused, onClose }: ChartTableProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focused) box.current?.focus();
  }, [focused]);
  const { t } = useTranslation('charts');
  const { group, look } = useCharts();
  useGroupVersion(group, ['data', 'range']);
  const { from, to } = group.range();
  const view = group.source.view(from, to);
  const columns = spec.lines.map((line) => line.read(view));
  const bands = spec.stages ? stageBands(group.source.events(), to).slice(0, MOST_BANDS) : [];
  const rows = evenly(view.t, secondsPerColumn(view.t, view.step, ROWS));
  return (
    <div ref={box} className={classes.tableBox} onKeyDown={(e) => keyAction(e.key, e.shiftKey) === 'table' && onClose()} role="region" aria-label={t('tableOf', { title: spec.title })} tabIndex={0} data-testid={`chart-${spec.id}`} data-points={view.t.length}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th scope="col">{t('time')}</th>
            {spec.lines.map((line) => (
              <th key={line.key} scope="col">{line.label}</th>
            ))}
            {bands.map((band) => (
              <th key={band.scenario} scope="col">{t(band.scenario ? 'stageOf' : 'stage', { scenario: band.scenario })}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((i) => (
            <tr key={view.t[i]}>
              <th scope="row">{look.time(view.t[i] ?? 0)}</th>
              {spec.lines.map((line, c) => (
                <td key={line.key}>{valueOf(spec, line, columns[c]?.[i], view, i)}</td>
              ))}
              {bands.map((band) => (
                <td key={band.scenario}>{stageAt(band, view.t[i] ?? 0)?.name}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
