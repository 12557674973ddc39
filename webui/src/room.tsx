import { type ComponentType, useEffect, useReducer, useState } from 'react';
import { pages } from './pages';

export type RoomName = keyof typeof pages;

const there = new Map<RoomName, ComponentType>();

/** Loads the code of a page; it is shown at once from then on. */
export async function loadRoom(name: RoomName): Promise<void> {
  if (!there.has(name)) there.set(name, (await pages[name]()).default);
}

/**
 * A page, or nothing while its code loads. Not lazy with Suspense, which shows nothing for
 * 300 ms once it has shown nothing, however soon the code is there.
 */
export function Room({ name }: { name: RoomName }) {
  const [, again] = useReducer((n: number) => n + 1, 0);
  const [failed, setFailed] = useState<{ reason: unknown }>();
  useEffect(() => {
    let left = false;
    if (!there.has(name)) {
      loadRoom(name).then(
        () => !left && again(),
        (reason: unknown) => !left && setFailed({ reason }),
      );
    }
    return () => {
      left = true;
    };
  }, [name]);
  if (failed) throw failed.reason;
  const Page = there.get(name);
  return Page ? <Page /> : null;
}
