import { useMemo, useSyncExternalStore } from 'react';
import { goTo } from '@/shell/location';

export const TABS = ['overview', 'transactions', 'errors', 'workers', 'events', 'logs', 'config'] as const;
export type Tab = (typeof TABS)[number];

/** What the address of the page says: #/runs/42?tab=errors&from=60&to=120&tx=Checkout */
export interface Address {
  run: string;
  tab: Tab;
  /** A range that was chosen, in seconds of run time. */
  zoom: { from: number; to: number } | null;
  tx: string | null;
}

export function parseAddress(hash: string): Address {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?');
  const query = new URLSearchParams(search);
  const from = Number(query.get('from') ?? Number.NaN);
  const to = Number(query.get('to') ?? Number.NaN);
  return {
    run: decode(path.split('/')[1] ?? ''),
    tab: TABS.find((tab) => tab === query.get('tab')) ?? 'overview',
    zoom: from >= 0 && to > from ? { from, to } : null,
    tx: query.get('tx'),
  };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function formatAddress(address: Address): string {
  const query = new URLSearchParams();
  if (address.tab !== 'overview') query.set('tab', address.tab);
  if (address.zoom) {
    query.set('from', String(address.zoom.from));
    query.set('to', String(address.zoom.to));
  }
  if (address.tx) query.set('tx', address.tx);
  const search = query.toString();
  return `#/runs/${encodeURIComponent(address.run)}${search ? `?${search}` : ''}`;
}

/** Changes a part of the address. */
export function changeAddress(change: Partial<Address>): void {
  const before = parseAddress(location.hash);
  // Going back should leave a tab or a drawer, not walk through ranges.
  const replace = change.tab === undefined && change.tx === undefined;
  goTo(formatAddress({ ...before, ...change }), { replace });
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  addEventListener('popstate', listener);
  return () => {
    removeEventListener('hashchange', listener);
    removeEventListener('popstate', listener);
  };
}

/** The address of a run's page. The run is what the route matched: the hash may be another page's already. */
export function useAddress(run: string): Address {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => ({ ...parseAddress(hash), run }), [hash, run]);
}
