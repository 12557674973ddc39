import { call, segment } from '@/api/client';
import type { Problem, StoredText } from '@/api/types';
import { parsePlan } from '@/plan';
import type { PlanCalls } from '../../state/calls';

/** Drafts of environments and of plans are kept in one place. */
const PREFIX = 'environments/';

export function keyFor(environment: string): string {
  return PREFIX + environment;
}

function address(key: string): string {
  return `/environments/${segment(key.slice(PREFIX.length))}`;
}

/** What an editor of an environment asks the master for; it is named by keyFor. */
export const environmentCalls: PlanCalls = {
  read: (key) => call<StoredText>(address(key)),
  save: (key, text, revision) => call<StoredText>(address(key), { method: 'PUT', body: { text }, headers: revision === null ? {} : { 'If-Match': `"${revision}"` } }),
  check: async (key, text, signal) =>
    (await call<{ problems: Problem[] }>('/check', { body: { kind: 'environment', text, file: `${key.slice(PREFIX.length)}.yaml` }, signal })).problems,
};

export async function createEnvironment(name: string, baseUrl: string): Promise<StoredText> {
  const { text } = parsePlan('').set(['base_url'], baseUrl || 'http://127.0.0.1:8080');
  return await environmentCalls.save(keyFor(name), text, null);
}

/** Deletes what is stored now; its text can be stored again. */
export async function deleteEnvironment(name: string): Promise<StoredText> {
  const stored = await environmentCalls.read(keyFor(name));
  await call(address(keyFor(name)), { method: 'DELETE', headers: { 'If-Match': `"${stored.revision}"` } });
  return stored;
}

export async function putSecret(name: string, value: string): Promise<void> {
  await call(`/secrets/${segment(name)}`, { method: 'PUT', body: { value } });
}

export async function deleteSecret(name: string): Promise<void> {
  await call(`/secrets/${segment(name)}`, { method: 'DELETE' });
}

/** The names of secrets in a text: {{secret.NAME}}, with filters or without. */
export function secretsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\{\{\s*secret\.([\w-]+)/g)].map((m) => m[1] ?? ''))];
}

/** What an environment or a secret may be called, so that a file or a placeholder can have the name. */
export function isName(name: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name);
}
