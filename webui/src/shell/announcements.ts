import type { RunLine } from '@/api/types';
import type { ConnectionState } from '@/live';

/** Something that is told to those who do not see the page: a text of "announce", and what is in it. */
export interface Announcement {
  key: 'started' | 'state' | 'lost' | 'returned' | 'disconnected' | 'reconnected';
  number?: number;
  plan?: string;
  state?: RunLine['state'];
}

/** What changed of runs from one state to the next: states and workers, never figures. */
export function runChanges(before: readonly RunLine[] | undefined, after: readonly RunLine[]): Announcement[] {
  if (!before) return [];
  const said: Announcement[] = [];
  for (const run of after) {
    const old = before.find((r) => r.id === run.id);
    const about = { number: run.number, plan: run.plan };
    if (!old) said.push({ key: 'started', ...about });
    else if (old.state !== run.state) said.push({ key: 'state', state: run.state, ...about });
    if (old && run.lost > old.lost) said.push({ key: 'lost', ...about });
    if (old && run.lost < old.lost) said.push({ key: 'returned', ...about });
  }
  return said;
}

/** What changed of the connection. A short silence is not told. */
export function connectionChange(before: ConnectionState, after: ConnectionState): Announcement[] {
  const away = (state: ConnectionState) => state === 'reconnecting' || state === 'offline';
  if (!away(before) && away(after)) return [{ key: 'disconnected' }];
  if (away(before) && after === 'live') return [{ key: 'reconnected' }];
  return [];
}
