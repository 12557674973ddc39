import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './charts.module.css';
import { useCharts } from './context';
import { lineColor } from './palette';
import { MOST_BANDS, stageBands } from './stages';

/** Whose stages the bands of a chart are, from the top; of one scenario alone nothing need be said. */
export function StageLegend() {
  const { t } = useTranslation('charts');
  const { group, look } = useCharts();
  const text = useSyncExternalStore((tell) => group.subscribe((change) => change === 'data' && tell()), () => JSON.stringify(stageBands(group.source.events(), Infinity).map((b) => [b.scenario, b.color])));
  const bands = JSON.parse(text) as [string, Parameters<typeof lineColor>[0]][];
  if (bands.length < 2) return null;
  return (
    <>
      {bands.slice(0, MOST_BANDS).map(([scenario, color]) => (
        <span key={scenario} className={classes.limit} data-testid={`stages-${scenario}`}>
          <span className={classes.band} style={{ background: lineColor(color, look.scheme) }} />
          {t('stagesOf', { scenario })}
        </span>
      ))}
      {bands.length > MOST_BANDS && <span className={classes.limit}>{t('more', { count: bands.length - MOST_BANDS })}</span>}
    </>
  );
}
