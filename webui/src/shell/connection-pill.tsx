import { Button, Popover, Table, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconCircleFilled, IconCircleHalf2, IconSquareFilled, IconTriangleFilled, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { retryNow, useConnection, useConnectionValue, useNow, type ConnectionState } from '@/live';
import { formatMs, formatNumber, formatTime } from '@/widgets';
import classes from './shell.module.css';

const LOOKS: Record<ConnectionState, { icon: Icon; tone: string }> = {
  connecting: { icon: IconCircleHalf2, tone: 'quiet' },
  live: { icon: IconCircleFilled, tone: 'good' },
  stale: { icon: IconTriangleFilled, tone: 'warn' },
  reconnecting: { icon: IconTriangleFilled, tone: 'warn' },
  offline: { icon: IconSquareFilled, tone: 'bad' },
};

function Details() {
  const { t } = useTranslation('shell');
  const connection = useConnection();
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

/** How old what was heard last is, or when the next try is. */
function More() {
  const { t } = useTranslation('shell');
  const { state, lastAt, tries, nextTry } = useConnection();
  const now = useNow(lastAt);
  if (state === 'connecting') return null;
  const age = formatNumber(lastAt === null ? null : Math.max(0, now - lastAt) / 1000, 1, true);
  const wait = formatNumber(nextTry === null ? 0 : Math.max(0, nextTry - now) / 1000);
  return <span className={classes.wide}>{t(`connection.more.${state}`, { age, tries, wait })}</span>;
}

/** Whether the page hears the master, always in sight. */
export function ConnectionPill() {
  const { t } = useTranslation('shell');
  const state = useConnectionValue((connection) => connection.state);
  const { icon: Mark, tone } = LOOKS[state];
  const away = state === 'reconnecting' || state === 'offline';
  return (
    <Popover position="bottom-end" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <UnstyledButton className={classes.pill} data-tone={tone} data-state={state} data-testid="conn-pill">
          <Mark size={10} aria-hidden />
          <VisuallyHidden>{t('connection.title')}</VisuallyHidden>
          <span>{t(`connection.word.${state}`)}</span>
          <More />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('connection.title')}>
        <Details />
        {away && <Button fullWidth mt="xs" size="xs" onClick={retryNow}>{t('connection.retry')}</Button>}
      </Popover.Dropdown>
    </Popover>
  );
}
