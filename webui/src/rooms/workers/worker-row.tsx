import type { Worker } from '@/api/types';
import { formatAge, formatBytes, formatMs, formatNumber, formatRate, formatShare, formatTime, Sparkline, ToneBadge } from '@/widgets';
import { ActionIcon, Anchor, Group, Menu, Stack, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconDots } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DrainQuestion } from './drain-question';
import { isHot, isSkewed } from './fleet';
import { WorkerState } from './state';
import classes from './workers.module.css';

export interface WorkerRowProps {
  worker: Worker;
  /** Master's time in ms. */
  now: number;
  masterVersion: string;
  onOpen: () => void;
  onExclude: () => void;
  onDrain: () => void;
  onDismiss: () => void;
}

/** How many columns the table has. */
const COLUMNS = 12;

/** One worker of the table. */
export function WorkerRow({ worker: w, now, masterVersion, onOpen, onExclude, onDrain, onDismiss }: WorkerRowProps) {
  const { t } = useTranslation('workers');
  const [asking, setAsking] = useState(false);
  const menu = useRef<HTMLButtonElement>(null);
  const keep = () => {
    setAsking(false);
    menu.current?.focus();
  };
  const lost = w.state === 'lost';
  // What a worker has now that does not answer is not known.
  const unknown = lost || w.state === 'incompatible' || w.state === 'connecting';
  const drains = w.state === 'draining';
  const other = masterVersion !== '' && w.version !== masterVersion;
  return (
    <>
      <Table.Tr data-testid={`worker-row-${w.id}`} data-state={w.state} c={lost ? 'dimmed' : undefined}>
        <Table.Td>
          <WorkerState worker={w} />
          {w.held && <Text size="xs" c="dimmed">{w.held.until ? t('heldTill', { time: formatTime(w.held.until) }) : t('heldBy', { owner: w.held.owner || t('nobody') })}</Text>}
        </Table.Td>
        <Table.Th scope="row">
          <Anchor component="button" type="button" ta="left" className={classes.name} onClick={onOpen}>{w.id}</Anchor>
          <Text size="xs" c="dimmed">{t('cores', { count: w.cpus })}</Text>
          {w.excluded && <ToneBadge tone="quiet">{t('excluded')}</ToneBadge>}
        </Table.Th>
        <Table.Td>{w.address}</Table.Td>
        <Table.Td>
          {other ? <ToneBadge tone="warn" icon={IconAlertTriangle} title={t('otherVersion')}>{w.version}</ToneBadge> : w.version}
        </Table.Td>
        <Table.Td ta="right">{unknown ? '–' : formatNumber(w.users)}</Table.Td>
        <Table.Td ta="right">{unknown ? '–' : formatRate(w.rps)}</Table.Td>
        <Table.Td>
          {unknown ? <Text ta="right">–</Text> : (
            <Stack gap={2} align="flex-end">
              <Group gap="xs" wrap="nowrap">
                <Sparkline values={w.cpu_trend} top={1} width={72} tone={isHot(w) ? 'bad' : 'quiet'} />
                <span>{formatShare(w.cpu)}</span>
              </Group>
              {isHot(w) && <ToneBadge tone="bad" icon={IconAlertTriangle} title={t('hotText')}>{t('hot')}</ToneBadge>}
            </Stack>
          )}
        </Table.Td>
        <Table.Td ta="right">{unknown ? '–' : formatBytes(w.memory)}</Table.Td>
        <Table.Td ta="right">
          <Stack gap={2} align="flex-end">
            <span>{unknown ? '–' : formatMs(w.lag)}</span>
            {isSkewed(w) && <ToneBadge tone="warn" icon={IconAlertTriangle}>{t('skew', { offset: formatMs(w.clock_offset) })}</ToneBadge>}
          </Stack>
        </Table.Td>
        <Table.Td ta="right">{lost ? t('lastSeen', { time: formatTime(w.last_seen) }) : unknown ? '–' : formatMs(w.beat)}</Table.Td>
        <Table.Td ta="right">{lost ? '' : formatAge((now - Date.parse(w.started)) / 1000)}</Table.Td>
        <Table.Td>
          <Menu position="bottom-end" withinPortal returnFocus={!asking}>
            <Menu.Target>
              <ActionIcon ref={menu} variant="subtle" color="gray" aria-label={t('more', { worker: w.id })}><IconDots size={16} aria-hidden /></ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={onOpen}>{t('details')}</Menu.Item>
              {!lost && !drains && <Menu.Item onClick={onExclude}>{t(w.excluded ? 'include' : 'exclude')}</Menu.Item>}
              {(w.state === 'ready' || w.state === 'busy') && <Menu.Item onClick={() => setAsking(true)}>{t('drain')}</Menu.Item>}
              {lost && <Menu.Item onClick={onDismiss}>{t('dismiss')}</Menu.Item>}
            </Menu.Dropdown>
          </Menu>
        </Table.Td>
      </Table.Tr>
      {asking && !drains && !lost && (
        <Table.Tr>
          <Table.Td colSpan={COLUMNS}>
            <DrainQuestion worker={w} onKeep={keep} onDrain={() => { keep(); onDrain(); }} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
