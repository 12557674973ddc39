import type { Worker } from '@/api/types';
import { formatAge, formatBytes, formatMs, formatNumber, formatRate, formatShare, formatTime, Sparkline, ToneBadge } from '@/widgets';
import { ActionIcon, Anchor, Group, Menu, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DrainQuestion } from './drain-question';
import { isHot, isSkewed } from './fleet';
import { WorkerState } from './state';

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
  const [draining, setDraining] = useState(false);
  const lost = w.state === 'lost';
  const drains = w.state === 'draining';
  const other = masterVersion !== '' && w.version !== masterVersion;
  return (
    <>
      <Table.Tr data-testid={`worker-row-${w.id}`} data-state={w.state} c={lost ? 'dimmed' : undefined}>
        <Table.Td><WorkerState worker={w} /></Table.Td>
        <Table.Th scope="row">
          <Group gap="xs" wrap="nowrap">
            <Anchor component="button" type="button" onClick={onOpen}>{w.id}</Anchor>
            <Text size="xs" c="dimmed">{t('cores', { count: w.cpus })}</Text>
            {w.excluded && <ToneBadge tone="quiet">{t('excluded')}</ToneBadge>}
          </Group>
        </Table.Th>
        <Table.Td>{w.address}</Table.Td>
        <Table.Td>
          {other ? <ToneBadge tone="warn" icon={IconAlertTriangle} title={t('otherVersion')}>{w.version}</ToneBadge> : w.version}
        </Table.Td>
        <Table.Td ta="right">{lost ? '–' : formatNumber(w.users)}</Table.Td>
        <Table.Td ta="right">{lost ? '–' : formatRate(w.rps)}</Table.Td>
        <Table.Td>
          {!lost && (
            <Group gap="xs" wrap="nowrap" justify="flex-end">
              <Sparkline values={w.cpu_trend} top={1} width={72} tone={isHot(w) ? 'bad' : 'quiet'} />
              <span>{formatShare(w.cpu)}</span>
              {isHot(w) && <ToneBadge tone="bad" icon={IconAlertTriangle} title={t('hotText')}>{t('hot')}</ToneBadge>}
            </Group>
          )}
        </Table.Td>
        <Table.Td ta="right">{lost ? '–' : formatBytes(w.memory)}</Table.Td>
        <Table.Td ta="right">
          <Group gap="xs" wrap="nowrap" justify="flex-end">
            {lost ? '–' : formatMs(w.lag)}
            {isSkewed(w) && <ToneBadge tone="warn" icon={IconAlertTriangle}>{t('skew', { offset: formatMs(w.clock_offset) })}</ToneBadge>}
          </Group>
        </Table.Td>
        <Table.Td ta="right">{lost ? t('lastSeen', { time: formatTime(w.last_seen) }) : formatMs(w.beat)}</Table.Td>
        <Table.Td ta="right">{lost ? '' : formatAge((now - Date.parse(w.started)) / 1000)}</Table.Td>
        <Table.Td>
          <Menu position="bottom-end" withinPortal>
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={t('more', { worker: w.id })}><IconDots size={16} aria-hidden /></ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={onOpen}>{t('details')}</Menu.Item>
              {!lost && !drains && <Menu.Item onClick={onExclude}>{t(w.excluded ? 'include' : 'exclude')}</Menu.Item>}
              {(w.state === 'ready' || w.state === 'busy') && <Menu.Item onClick={() => setDraining(true)}>{t('drain')}</Menu.Item>}
              {lost && <Menu.Item onClick={onDismiss}>{t('dismiss')}</Menu.Item>}
            </Menu.Dropdown>
          </Menu>
        </Table.Td>
      </Table.Tr>
      {draining && !drains && !lost && (
        <Table.Tr>
          <Table.Td colSpan={COLUMNS}>
            <DrainQuestion worker={w} onKeep={() => setDraining(false)} onDrain={() => { setDraining(false); onDrain(); }} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
}
