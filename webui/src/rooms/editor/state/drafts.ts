import type { Held } from './held';

/** A text that was not saved, kept in this browser. */
export interface Draft {
  plan: string;
  text: string;
  /** The text and revision on the master that it began from. */
  base: { text: string; revision: string };
  /** When it was written, in ms of this browser's clock. */
  at: number;
  /** What was typed into fields and is no value yet. */
  held?: readonly Held[];
  /** One that was offered while this was written: nobody has said yet that it may go. */
  earlier?: Draft;
}

export interface Drafts {
  read(plan: string): Promise<Draft | undefined>;
  write(draft: Draft): Promise<void>;
  remove(plan: string): Promise<void>;
}

const DATABASE = 'lh-drafts';
const STORE = 'plans';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: 'plan' });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no database'));
  });
}

async function ask<T>(mode: IDBTransactionMode, action: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const request = action(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('not stored'));
    });
  } finally {
    database.close();
  }
}

/** Drafts in IndexedDB. A browser without one (a private window) edits without drafts. */
export const browserDrafts: Drafts = {
  read: (plan) => ask<Draft | undefined>('readonly', (s) => s.get(plan) as IDBRequest<Draft | undefined>).catch(() => undefined),
  write: (draft) => ask('readwrite', (s) => s.put(draft)).then(() => undefined, () => undefined),
  remove: (plan) => ask('readwrite', (s) => s.delete(plan)).then(() => undefined, () => undefined),
};
