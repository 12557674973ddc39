// Texts of scripts that are not saved: in memory, and in this browser so that a crash loses
// nothing. A script has a draft as long as its text differs from the master's.

export interface Draft {
  text: string;
  /** Revision on the master that it began from; empty: it is new. */
  revision: string;
}

const PREFIX = 'lh-script-draft:';
const WAIT = 400;
const listeners = new Set<() => void>();
const timers = new Map<string, ReturnType<typeof setTimeout>>();
let drafts: Readonly<Record<string, Draft>> = stored();

function stored(): Record<string, Draft> {
  const found: Record<string, Draft> = {};
  for (let i = 0; i < localStorage.length; i++) {
    const key = localStorage.key(i) ?? '';
    if (!key.startsWith(PREFIX)) continue;
    try {
      const draft = JSON.parse(localStorage.getItem(key) ?? '') as Partial<Draft>;
      if (typeof draft.text === 'string') found[key.slice(PREFIX.length)] = { text: draft.text, revision: draft.revision ?? '' };
    } catch {
      // What cannot be read is no draft.
    }
  }
  return found;
}

function store(file: string): void {
  timers.delete(file);
  const draft = drafts[file];
  try {
    if (draft) localStorage.setItem(PREFIX + file, JSON.stringify(draft));
    else localStorage.removeItem(PREFIX + file);
  } catch {
    // A full or forbidden storage: the draft lives as long as the page.
  }
}

/** All drafts by file; the same object until one changes. */
export function allDrafts(): Readonly<Record<string, Draft>> {
  return drafts;
}

export function setDraft(file: string, draft: Draft | undefined): void {
  const { [file]: _old, ...rest } = drafts;
  drafts = draft ? { ...rest, [file]: draft } : rest;
  clearTimeout(timers.get(file));
  if (draft) timers.set(file, setTimeout(() => store(file), WAIT));
  else store(file);
  for (const listener of listeners) listener();
}

export function onDrafts(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Asks before the page is left while there are drafts. */
export function guardUnload(): () => void {
  const ask = (event: BeforeUnloadEvent) => {
    for (const file of timers.keys()) store(file);
    if (Object.keys(drafts).length > 0) event.preventDefault();
  };
  addEventListener('beforeunload', ask);
  return () => removeEventListener('beforeunload', ask);
}
