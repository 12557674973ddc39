import { VisuallyHidden } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunLine } from '@/api/types';
import { useConnectionValue, useRuns } from '@/live';
import { useVisible } from '@/widgets/use-visible';
import { connectionChange, runChanges, type Announcement } from './announcements';

/** At most one announcement in this time, in ms, and so many waiting: the last ones. */
const EVERY = 5000;
const WAITING = 5;

/** Tells screen readers what has changed: states only, never figures. In a tab that is not looked at nobody hears it: it waits. */
export function Announcer() {
  const { t } = useTranslation(['shell', 'widgets']);
  const runs = useRuns();
  const state = useConnectionValue((connection) => connection.state);
  const before = useRef<{ runs: RunLine[] | undefined; state: typeof state }>({ runs: undefined, state });
  const queue = useRef<Announcement[]>([]);
  const [said, setSaid] = useState<Announcement | null>(null);
  const [newest, setNewest] = useState(0); // counts what was put into the queue
  const visible = useVisible();

  useEffect(() => {
    const news = [...(runs ? runChanges(before.current.runs, runs) : []), ...connectionChange(before.current.state, state)];
    before.current = { runs: runs ?? before.current.runs, state };
    if (news.length === 0) return;
    queue.current = [...queue.current, ...news].slice(-WAITING);
    setNewest((n) => n + 1);
  }, [runs, state]);

  useEffect(() => {
    if (visible && !said) setSaid(queue.current.shift() ?? null);
  }, [newest, said, visible]);

  useEffect(() => {
    if (!said || !visible) return undefined;
    const timer = setTimeout(() => setSaid(null), EVERY);
    return () => clearTimeout(timer);
  }, [said, visible]);

  const text = said && t(`announce.${said.key}`, { plan: said.plan, number: said.number, state: said.state && t(`widgets:state.${said.state}`) });
  return <VisuallyHidden role="status" data-testid="announcer">{text}</VisuallyHidden>;
}
