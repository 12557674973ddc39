import { useEffect, useState } from 'react';
import type { Problem } from '@/api/types';
import { checkScript } from './calls';

export interface Checked {
  problems: Problem[];
  check: 'checking' | 'done' | 'failed';
  /** When, in ms of this browser's clock; null: not yet. */
  at: number | null;
}

/** Typing rests this long before the master is asked, in ms. */
const REST = 300;

/** What the master says of a text as it is typed; a newer text ends the question about an older one. */
export function useCheck(file: string, text: string, first: Problem[], enabled: boolean): Checked {
  const [checked, setChecked] = useState<Checked>({ problems: first, check: 'done', at: null });
  useEffect(() => {
    if (!enabled) return undefined;
    const controller = new AbortController();
    setChecked((had) => ({ ...had, check: 'checking' }));
    const timer = setTimeout(() => {
      checkScript(file, text, controller.signal).then(
        ({ problems }) => setChecked({ problems, check: 'done', at: Date.now() }),
        // The check is help, not a condition: without the master the parser here remains.
        () => !controller.signal.aborted && setChecked((had) => ({ ...had, check: 'failed' })),
      );
    }, REST);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [file, text, enabled]);
  return checked;
}
