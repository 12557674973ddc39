import { Group, SegmentedControl, Stack, Switch, Text, TextInput } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { LogLine } from '@/api/types';
import { formatNumber, formatTime } from '@/widgets/format';
import { useOpenRun } from './context';
import { filterLines, type Level } from './lines';
import classes from './run.module.css';
import { useRunValue } from './useRunValue';

export function Logs() {
  const { t } = useTranslation('run');
  const { store } = useOpenRun();
  const logs = useRunValue(store, (snapshot) => snapshot.logs);
  const [level, setLevel] = useState<Level>('all');
  const [search, setSearch] = useState('');
  const [follow, setFollow] = useState(true);
  const lines = useMemo(() => filterLines(logs, level, search), [logs, level, search]);
  const levels = (['all', 'warn', 'error'] as const).map((value) => ({ value, label: t(`level.${value}`) }));
  return (
    <Stack gap="xs">
      <Group>
        <TextInput aria-label={t('searchLogs')} placeholder={t('searchLogs')} value={search} onChange={(e) => setSearch(e.currentTarget.value)} data-page-filter />
        <SegmentedControl size="xs" aria-label={t('levelLabel')} value={level} onChange={(v) => setLevel(v as Level)} data={levels} />
        <Switch label={t('followLogs')} checked={follow} onChange={(e) => setFollow(e.currentTarget.checked)} />
        <Text size="sm" c="dimmed">{t('lineCount', { count: lines.length, text: formatNumber(lines.length) })}</Text>
      </Group>
      {lines.length === 0 ? <Text c="dimmed">{t('noLogs')}</Text> : <Lines lines={lines} follow={follow} />}
    </Stack>
  );
}

function Lines({ lines, follow }: { lines: LogLine[]; follow: boolean }) {
  const { t } = useTranslation('run');
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: lines.length, getScrollElement: () => box.current, estimateSize: () => 20, overscan: 20 });
  useEffect(() => {
    if (follow) virtual.scrollToIndex(lines.length - 1);
  }, [follow, lines.length, virtual]);
  return (
    <div ref={box} className={classes.log} role="log" aria-label={t('tab.logs')} aria-live="off" tabIndex={0} data-testid="logs">
      <div className={classes.logRoom} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index] as LogLine;
          return (
            <div key={line.seq} ref={virtual.measureElement} data-index={item.index} className={`${classes.logLine} ${line.level === 'error' ? classes.bad : line.level === 'warn' ? classes.warn : ''}`} style={{ transform: `translateY(${item.start}px)` }}>
              {`${formatTime(line.at)}  ${line.level.toUpperCase().padEnd(5)}  ${line.worker}  ${line.message}${line.place ? `  (${line.place})` : ''}`}
            </div>
          );
        })}
      </div>
    </div>
  );
}
