import { Button, Popover, Table, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconCircleFilled, IconCircleHalf2, IconSquareFilled, IconTriangleFilled, type Icon } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { retryNow, useConnection, type Connection, type ConnectionState } from '@/live';
import { formatMs, formatNumber, formatTime } from '@/widgets';
import classes from './shell.module.css';

const LOOKS: Record<ConnectionState, { icon: Icon; tone: string }> = {
  connecting: { icon: IconCircleHalf2, tone: 'quiet' },
  live: { icon: IconCircleFilled, tone: 'good' },
  stale: { icon: IconTriangleFilled, tone: 'warn' },
  reconnecting: { icon: IconTriangleFilled, tone: 'warn' },
  offline: { icon: IconSquareFilled, tone: 'bad' },
};

/** The time, moving while the page is looked at. */
function useNow(every: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}

function Details({ connection }: { connection: Connection }) {
  const { t } = useTranslation('shell');
  const rows: [string, string][] = [
    ['last', formatTime(connection.lastAt)],
    ['latency', formatMs(connection.latency)],
    ['clock', formatMs(connection.lastAt === null ? null : connection.clockOffset)],
    ['version', connection.version || '–'],
  ];
  return (
    <Table withRowBorders={false}>
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row" fw={500}>{t(`connection.${name}`)}</Table.Th>
            <Table.Td className="numbers">{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Whether the page hears the master, always in sight. */
export function ConnectionPill() {
  const { t } = useTranslation('shell');
  const connection = useConnection();
  const now = useNow(1000);
  const { state, lastAt, tries, nextTry } = connection;
  const { icon: Mark, tone } = LOOKS[state];
  const age = formatNumber(lastAt === null ? null : Math.max(0, now - lastAt) / 1000, 1, true);
  const wait = formatNumber(nextTry === null ? 0 : Math.max(0, nextTry - now) / 1000);
  const away = state === 'reconnecting' || state === 'offline';
  return (
    <Popover position="bottom-end" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.pill} data-tone={tone} data-state={state} data-testid="conn-pill">
          <Mark size={10} aria-hidden />
          <VisuallyHidden>{t('connection.title')}</VisuallyHidden>
          <span>{t(`connection.word.${state}`)}</span>
          {state !== 'connecting' && <span className={classes.wide}>{t(`connection.more.${state}`, { age, tries, wait })}</span>}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('connection.title')}>
        <Details connection={connection} />
        {away && <Button fullWidth mt="xs" size="xs" onClick={retryNow}>{t('connection.retry')}</Button>}
      </Popover.Dropdown>
    </Popover>
  );
}
