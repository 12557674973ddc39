import { Tabs } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useRunSnapshot } from '@/live';
import { changeAddress, TABS, type Tab } from './address';
import { Config } from './Config';
import { useOpenRun } from './context';
import { Errors } from './Errors';
import { Events } from './Events';
import { Logs } from './Logs';
import { Overview } from './Overview';
import { RunWorkers } from './RunWorkers';
import { Transactions } from './Transactions';

const PANELS: Record<Tab, () => React.ReactNode> = {
  overview: Overview, transactions: Transactions, errors: Errors, workers: RunWorkers, events: Events, logs: Logs, config: Config,
};

/** What stands on a tab besides its name: how many, and ▲ for failures of a new kind. */
function useCounts(shown: Tab): Partial<Record<Tab, string>> {
  const { result, store } = useOpenRun();
  const { tick, events } = useRunSnapshot(store);
  const seen = useRef<number | null>(null);
  const groups = tick?.errors.groups ?? result.errors.length;
  if (shown === 'errors' || seen.current === null) seen.current = groups;
  const transactions = tick ? tick.rows.filter((r) => r.kind === 'transaction').length : result.transactions.length;
  const count = (n: number) => (n > 0 ? String(n) : '');
  return {
    transactions: count(transactions),
    errors: `${count(groups)}${groups > seen.current ? ' ▲' : ''}`,
    workers: count(result.workers.length),
    events: count(events.length),
  };
}

export function RunTabs() {
  const { t } = useTranslation('run');
  const { tab } = useOpenRun().address;
  const counts = useCounts(tab);
  return (
    <Tabs value={tab} onChange={(value) => changeAddress({ tab: TABS.find((name) => name === value) ?? 'overview' })} keepMounted={false}>
      <Tabs.List mb="sm">
        {TABS.map((name) => (
          <Tabs.Tab key={name} value={name} data-testid={`tab-${name}`}>{`${t(`tab.${name}`)} ${counts[name] ?? ''}`.trim()}</Tabs.Tab>
        ))}
      </Tabs.List>
      {TABS.map((name) => {
        const Panel = PANELS[name];
        return (
          <Tabs.Panel key={name} value={name}>
            <Panel />
          </Tabs.Panel>
        );
      })}
    </Tabs>
  );
}
