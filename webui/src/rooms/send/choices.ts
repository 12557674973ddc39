// What is chosen for a plan's sends. Environment and worker are kept in this browser;
// values that somebody gave for secrets and variables only in memory, never stored.

export interface Choice {
  environment: string;
  /** Empty: any. */
  worker: string;
}

export interface Given {
  env: Record<string, string>;
  secrets: Record<string, string>;
}

const key = (plan: string) => `lh-send:${plan}`;
const given = new Map<string, Given>();
const listeners = new Set<() => void>();

/** Calls back whenever something else is chosen, for any plan. */
export function onChoice(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function choiceFor(plan: string): Choice {
  try {
    const stored = JSON.parse(localStorage.getItem(key(plan)) ?? '{}') as Partial<Choice>;
    return { environment: stored.environment ?? '', worker: stored.worker ?? '' };
  } catch {
    return { environment: '', worker: '' };
  }
}

export function keepChoice(plan: string, choice: Choice): void {
  try {
    localStorage.setItem(key(plan), JSON.stringify(choice));
  } catch {
    // A full or forbidden storage: the choice holds until the page is left.
  }
  for (const listener of listeners) listener();
}

export function givenFor(plan: string): Given {
  return given.get(plan) ?? { env: {}, secrets: {} };
}

export function give(plan: string, values: Given): void {
  const had = givenFor(plan);
  given.set(plan, { env: { ...had.env, ...values.env }, secrets: { ...had.secrets, ...values.secrets } });
}
