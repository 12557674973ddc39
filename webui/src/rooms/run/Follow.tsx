import { ActionIcon, Button, Group, SegmentedControl, Text, Tooltip } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useCallback, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration, formatNumber } from '@/widgets/format';
import { useOpenRun } from './context';

export interface FollowProps {
  follow: number;
  onFollow: (seconds: number) => void;
  paused: boolean;
  onPause: (paused: boolean) => void;
  clock: boolean;
  onClock: (clock: boolean) => void;
}

const SPANS = [300, 900, 3600, 0];

/** How many seconds each point of a range that was chosen stands for. */
function useStep(): number {
  const { address, group } = useOpenRun();
  const { zoom } = address;
  const subscribe = useCallback((tell: () => void) => group.subscribe((change) => change !== 'cursor' && tell()), [group]);
  return useSyncExternalStore(subscribe, () => (zoom ? group.source.view(zoom.from, zoom.to).step : 1));
}

/** Which part of the run is shown: the last minutes, all, or a range that was chosen. */
export function Follow({ follow, onFollow, paused, onPause, clock, onClock }: FollowProps) {
  const { t } = useTranslation('run');
  const { address, group, live } = useOpenRun();
  const { zoom } = address;
  const step = useStep();
  const spans = SPANS.map((s) => ({ value: String(s), label: t(`span.${s}`) }));
  return (
    <Group gap="xs">
      {zoom && (
        <Group gap={6} data-testid="zoom">
          <Text size="sm" className="numbers">{t('zoomed', { from: formatDuration(zoom.from), to: formatDuration(zoom.to) })}</Text>
          {step > 1 && <Text size="sm" c="dimmed" className="numbers">{t('stepOf', { seconds: formatNumber(step) })}</Text>}
          <Button size="compact-sm" variant="default" onClick={() => group.zoom(null)}>{t('zoomReset')}</Button>
        </Group>
      )}
      <SegmentedControl size="xs" aria-label={t('timeAxis')} value={clock ? 'clock' : 'run'} onChange={(v) => onClock(v === 'clock')} data={[{ value: 'run', label: t('runTime') }, { value: 'clock', label: t('clock') }]} />
      <SegmentedControl size="xs" aria-label={t('follow')} value={zoom ? '' : String(follow)} onChange={(v) => onFollow(Number(v))} data={spans} />
      {live && (
        <Tooltip label={t(paused ? 'resume' : 'pause')}>
          <ActionIcon variant={paused ? 'filled' : 'default'} size={28} aria-pressed={paused} aria-label={t(paused ? 'resume' : 'pause')} onClick={() => onPause(!paused)}>
            {paused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </Group>
  );
}
