import { Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Attempt } from '@/api/types';
import { formatBytes, formatMs } from '@/widgets';
import { barsOf } from './waterfall';
import classes from './send.module.css';

/** The phases of an attempt under each other, to scale. */
export function TimingChart({ attempt }: { attempt: Attempt }) {
  const { t } = useTranslation('send');
  const { timing } = attempt;
  const scale = timing.total > 0 ? 100 / timing.total : 0;
  return (
    <Stack gap={4}>
      <table className={`${classes.phases} numbers`} aria-label={t('timing')}>
        <tbody>
          {barsOf(timing).map((bar) => (
            <tr key={bar.phase}>
              <th scope="row">{t(`phase.${bar.phase}`)}</th>
              <td>
                <svg className={classes.bar} viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden>
                  {bar.length > 0 && <rect className={classes[bar.phase]} x={Math.min(99.5, bar.start * scale)} width={Math.max(0.5, bar.length * scale)} y={2} height={10} />}
                </svg>
              </td>
              <td>{bar.length > 0 ? formatMs(bar.length) : t('none')}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Text size="xs" className="numbers">
        {t('totals', { total: formatMs(timing.total), out: formatBytes(attempt.bytes_out), in: formatBytes(attempt.bytes_in) })}
      </Text>
    </Stack>
  );
}
