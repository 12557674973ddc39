import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { formatDuration } from './format';

export interface DurationEchoProps {
  /** What was typed, as seconds; null: nothing was; undefined: it makes no sense. */
  seconds: number | null | undefined;
  /** What nothing means here. */
  empty?: string;
}

/** Beside a field for a duration: how what was typed is understood. */
export function DurationEcho({ seconds, empty }: DurationEchoProps) {
  const { t } = useTranslation('widgets');
  if (seconds === undefined) return <Text component="span" size="xs" c="var(--lh-bad)">{t('duration.invalid')}</Text>;
  return (
    <Text component="span" size="xs" c="dimmed" className="numbers">
      {seconds === null ? (empty ?? '') : t('duration.is', { duration: formatDuration(seconds) })}
    </Text>
  );
}
