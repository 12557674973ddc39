import { MantineProvider } from '@mantine/core';
import { act, cleanup, render, screen } from '@testing-library/react';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RowSummary } from '@/api/types';
import en from '@/i18n/en';
import { RowCells } from './RowCells';
import { ROW_COLUMNS, totalRow, type Row, type RowColumn } from './rows';
import { TransactionTable } from './TransactionTable';
import { heldTrends, TREND_EVERY } from './useTrends';

beforeAll(() => i18next.use(initReactI18next).init({ lng: 'en', resources: { en }, interpolation: { escapeValue: false } }));
afterEach(cleanup);

const summary = (more: Partial<RowSummary>): RowSummary => ({
  id: 1, kind: 'transaction', scenario: '', transaction: 'buy', step: '', requests: 1_000, failures: 0, interrupted: 0, warnings: 0, rps: 10, fail_rps: 0,
  bytes_in: 0, bytes_out: 0, status: {}, mean: 10, p50: 8, p90: 12, p95: 20, p99: 30, p999: 40, max: 50, ...more,
});
const total = totalRow([], {});
const COLUMNS: RowColumn[] = ['rps', 'requests', 'fail_share', 'p95'];

function cellsOf(of: RowSummary, columns: readonly RowColumn[] = COLUMNS, limit: number | null = null) {
  return <MantineProvider><table><tbody><tr><RowCells summary={of} total={total} columns={columns} limit={limit} trend={undefined} /></tr></tbody></table></MantineProvider>;
}

describe('cells of a row', () => {
  const texts = () => screen.getAllByRole('cell').map((c) => c.textContent?.replace('\u00a0', ' '));
  it('are written where a number is another one, and nowhere else', async () => {
    const { rerender } = render(cellsOf(summary({})));
    expect(texts()).toEqual(['10', '1,000', '0%', '20 ms']);
    const before = screen.getAllByRole('cell');
    const nodes = before.map((c) => c.firstChild);
    const seen: MutationRecord[] = [];
    const observer = new MutationObserver((list) => seen.push(...list));
    observer.observe(before[0]?.closest('table') as Element, { subtree: true, childList: true, characterData: true, attributes: true });
    await act(async () => rerender(cellsOf(summary({ requests: 1_010, rps: 10.2 }))));
    await Promise.resolve();
    expect(texts()).toEqual(['10', '1,010', '0%', '20 ms']);
    expect(screen.getAllByRole('cell')).toEqual(before);
    expect(before.map((c) => c.firstChild)).toEqual(nodes);
    expect(seen.map((r) => [r.type, r.target.textContent])).toEqual([['characterData', '1,010']]);
    observer.disconnect();
  });
  it('say how much failed, with an icon where that is too much', () => {
    const { rerender, container } = render(cellsOf(summary({ failures: 200 }), COLUMNS, 0.1));
    expect([texts()[2], container.querySelector('[data-level]')?.getAttribute('data-level'), container.querySelectorAll('svg').length]).toEqual(['20%', 'bad', 1]);
    rerender(cellsOf(summary({ failures: 0 }), COLUMNS, 0.1));
    expect([texts()[2], container.querySelectorAll('svg').length]).toEqual(['0%', 0]);
  });
  it('are other ones when other columns are chosen', () => {
    const { rerender } = render(cellsOf(summary({})));
    rerender(cellsOf(summary({}), ['max', 'rps']));
    expect(texts()).toEqual(['50 ms', '10']);
    rerender(cellsOf(summary({ max: 60 }), ['rps', 'max', 'p50']));
    expect(texts()).toEqual(['10', '60 ms', '8 ms']);
  });
});

describe('the table of transactions', () => {
  const row = (name: string, rps: number): Row => ({ key: name, name, scenario: '', transaction: name, summary: summary({ transaction: name, rps }), steps: [{ key: `${name} s`, name: 'step', scenario: '', transaction: name, steps: [], summary: summary({ kind: 'step', rps }) }] });
  const table = (rows: Row[]) => <MantineProvider><TransactionTable rows={rows} total={total} columns={ROW_COLUMNS.filter((c) => c !== 'trend')} sort={{ by: 'name', descending: false }} onSort={() => {}} onHold={() => {}} trend={null} limit={null} /></MantineProvider>;
  const rps = (id: string) => screen.getByTestId(id).querySelectorAll('td')[1]?.textContent;
  it('keeps the numbers of a row with it when the order is another', () => {
    const { rerender } = render(table([row('a', 1), row('b', 2)]));
    rerender(table([row('b', 20), row('a', 10)]));
    expect([rps('tx-row-a'), rps('tx-row-b')]).toEqual(['10', '20']);
  });
  it('opens the steps of a row, which then have its numbers', () => {
    const { rerender } = render(table([row('a', 1)]));
    act(() => screen.getByRole('button', { name: 'Steps of a' }).click());
    expect(rps('tx-step-step')).toBe('1');
    rerender(table([row('a', 30)]));
    expect(rps('tx-step-step')).toBe('30');
    act(() => screen.getByRole('button', { name: 'Steps of a' }).click());
    expect(screen.queryByTestId('tx-step-step')).toBeNull();
  });
});

describe('small lines of rows', () => {
  it('are made anew every few seconds, each row in its turn', () => {
    let lastSecond = 0;
    const store = { snapshot: () => ({ lastSecond }), trend: (id: number) => [lastSecond, id] } as unknown as Parameters<typeof heldTrends>[0];
    const trend = heldTrends(store);
    const anew: number[][] = [];
    const before = new Map([0, 1, 2, 3].map((id) => [id, trend(id)]));
    for (lastSecond = 1; lastSecond <= TREND_EVERY; lastSecond++) {
      anew.push([...before.keys()].filter((id) => trend(id) !== before.get(id)));
      for (const id of before.keys()) before.set(id, trend(id));
    }
    expect(anew).toEqual([[3], [2], [1], [0]]);
    expect(trend(0)).toEqual([TREND_EVERY, 0]);
  });
  it('are there as soon as there is anything', () => {
    let values: number[] = [];
    const trend = heldTrends({ snapshot: () => ({ lastSecond: 5 }), trend: () => values } as unknown as Parameters<typeof heldTrends>[0]);
    expect(trend(0)).toEqual([]);
    values = [1];
    expect(trend(0)).toEqual([1]);
  });
});
