import { readRange } from '@/plan/duration';
import { DurationEcho, formatDuration } from '@/widgets';
import { Text } from '@mantine/core';

/** How a duration, or a range of them, is understood. */
export function RangeEcho({ text, range, empty }: { text: string; range?: boolean; empty: string }) {
  const read = text === '' ? null : readRange(text);
  if (read && range && read.min !== read.max) {
    return <Text component="span" size="xs" c="dimmed" className="numbers">{`${formatDuration(read.min / 1000)} – ${formatDuration(read.max / 1000)}`}</Text>;
  }
  return <DurationEcho seconds={read === null ? null : read && (range || read.min === read.max) ? read.min / 1000 : undefined} empty={empty} />;
}
