import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { eventColor, eventGlyph, lineColor, useCharts } from '@/charts';
import { formatDuration, formatTime } from '@/widgets/format';
import { useOpenRun } from './context';
import classes from './run.module.css';
import { useRunValue } from './useRunValue';
import { describeEvent } from './words';

/** A list longer than this is read in the history, not here. */
const MOST = 1000;

/** What happened, the newest first; the same as on the lane above the charts. */
export function Events() {
  const { t } = useTranslation('run');
  const { store } = useOpenRun();
  const { look } = useCharts();
  const events = useRunValue(store, (snapshot) => snapshot.events);
  if (events.length === 0) return <Text c="dimmed">{t('noEvents')}</Text>;
  return (
    <div className={classes.scroll} role="region" aria-label={t('tab.events')} tabIndex={0}>
      <table className={classes.table} data-testid="event-table">
        <thead>
          <tr>
            <th scope="col">{t('runTime')}</th>
            <th scope="col" className={classes.left}>{t('clock')}</th>
            <th scope="col" className={classes.left}>{t('what')}</th>
          </tr>
        </thead>
        <tbody>
          {events.toReversed().slice(0, MOST).map((event) => (
            <tr key={event.seq} className={classes.row} data-testid={`event-row-${event.seq}`}>
              <th scope="row">{formatDuration(event.second)}</th>
              <td className={classes.left}>{formatTime(event.at)}</td>
              <td className={`${classes.left} ${classes.message}`}>
                <Text component="span" c={lineColor(eventColor(event.kind), look.scheme)} aria-hidden>{eventGlyph(event.kind)}</Text> {describeEvent(event, t)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
