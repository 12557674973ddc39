import { Tabs } from '@mantine/core';
import { memo, useRef, type ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { changeAddress, TABS, type Tab } from './address';
import { Config } from './Config';
import { useOpenRun } from './context';
import { Errors } from './Errors';
import { Events } from './Events';
import { Logs } from './Logs';
import { Overview } from './Overview';
import { RunWorkers } from './RunWorkers';
import { Transactions } from './Transactions';
import { useRunValue } from './useRunValue';

// What is on a tab is not drawn again because a number beside its name has changed.
const PANELS: Record<Tab, ComponentType> = {
  overview: memo(Overview), transactions: memo(Transactions), errors: memo(Errors), workers: memo(RunWorkers), events: memo(Events), logs: memo(Logs), config: memo(Config),
};

/** What stands on a tab besides its name: how many, and ▲ for failures of a new kind. */
function useCounts(shown: Tab): Partial<Record<Tab, string>> {
  const { result, store } = useOpenRun();
  const seen = useRef<number | null>(null);
  const groups = useRunValue(store, ({ tick }) => tick?.errors.groups ?? result.errors.length);
  const transactions = useRunValue(store, ({ tick }) => (tick ? tick.rows.filter((r) => r.kind === 'transaction').length : result.transactions.length));
  const events = useRunValue(store, (snapshot) => snapshot.events.length);
  if (shown === 'errors' || seen.current === null) seen.current = groups;
  const count = (n: number) => (n > 0 ? String(n) : '');
  return {
    transactions: count(transactions),
    errors: `${count(groups)}${groups > seen.current ? ' ▲' : ''}`,
    workers: count(result.workers.length),
    events: count(events),
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
