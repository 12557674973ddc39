import { ErrorCard, formatTime, ToneBadge, type Tone } from '@/widgets';
import { Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LEVELS, useWorkerLogs, type Level } from './logs';
import classes from './workers.module.css';

const TONES: Record<string, Tone> = { error: 'bad', warn: 'warn' };

/** So near to the end, in pixels, somebody reads the newest lines. */
const NEAR = 24;

/** The last lines of a worker's log; the newest stay in view while nobody has scrolled up. */
export function WorkerLog({ id }: { id: string }) {
  const { t } = useTranslation('workers');
  const [level, setLevel] = useState<Level>('info');
  const { data, error, refetch } = useWorkerLogs(id, level);
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [data]);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3} size="h5">{t('log')}</Title>
        <NativeSelect
          size="xs" aria-label={t('level')} value={level} onChange={(e) => setLevel(e.currentTarget.value as Level)} data-testid="worker-log-level"
          data={LEVELS.map((value) => ({ value, label: t(`levels.${value}`) }))}
        />
      </Group>
      {error && <ErrorCard error={error} title={t('unreachable')} retry={() => void refetch()} testId="worker-log-error" />}
      {data && (
        <div
          ref={box} className={classes.log} role="log" aria-live="off" aria-label={t('log')} tabIndex={0} data-testid="worker-log"
          onScroll={(e) => { follows.current = e.currentTarget.scrollHeight - e.currentTarget.scrollTop - e.currentTarget.clientHeight < NEAR; }}
        >
          {data.lines.map((l) => (
            <div key={l.number} className={classes.line}>
              <span className={classes.at}>{formatTime(l.at)}</span>{' '}
              <ToneBadge tone={TONES[l.level] ?? 'quiet'}>{t(`levels.${l.level}`, { defaultValue: l.level })}</ToneBadge>{' '}
              {l.message}
            </div>
          ))}
          {data.lines.length === 0 && <Text size="sm" c="dimmed">{t('noLines')}</Text>}
        </div>
      )}
    </Stack>
  );
}
