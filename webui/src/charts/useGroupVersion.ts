import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import type { Change, ChartGroup } from './group';

/** Renders again, when it is its turn in the group's frames, when something of a group has changed. */
export function useGroupVersion(group: ChartGroup, on: readonly Change[]): number {
  const [version, setVersion] = useState(0);
  const key = on.join();
  useEffect(() => {
    const turn = {};
    const leave = group.subscribe((change) => {
      if (key.split(',').includes(change)) group.frames.ask(turn, () => flushSync(() => setVersion((v) => v + 1)));
    });
    return () => {
      leave();
      group.frames.drop(turn);
    };
  }, [group, key]);
  return version;
}
