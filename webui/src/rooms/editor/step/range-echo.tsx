import { Text } from '@mantine/core';
import { readRange } from '@/plan/duration';
import { DurationEcho, formatDuration, formatMs } from '@/widgets';

/** Below a minute a clock says too little. */
function spoken(ms: number): string {
  return ms < 60_000 ? formatMs(ms) : formatDuration(ms / 1000);
}

/** How a duration, or a range of them, is understood. */
export function RangeEcho({ text, range, empty }: { text: string; range?: boolean; empty: string }) {
  const read = text === '' ? null : readRange(text);
  if (!read || (!range && read.min !== read.max)) return <DurationEcho seconds={read === null ? null : undefined} empty={empty} />;
  const said = read.min === read.max ? spoken(read.min) : `${spoken(read.min)} – ${spoken(read.max)}`;
  return <Text component="span" size="xs" c="dimmed" className="numbers">{`= ${said}`}</Text>;
}
