import { useMemo, useSyncExternalStore } from 'react';
import { onSent, sentLately, type Sent } from './sent';

export type { Sent } from './sent';

/** What was sent of a plan lately, the newest first; the same list until there is more. */
export function useSentOf(plan: string): readonly Sent[] {
  const all = useSyncExternalStore(onSent, sentLately);
  return useMemo(() => all.filter((sent) => sent.plan === plan), [all, plan]);
}
