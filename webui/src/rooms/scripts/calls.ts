import { call, segment } from '@/api/client';
import type { Problem, ScriptTest, StoredScript } from '@/api/types';

function url(file: string): string {
  return `/scripts/${file.split('/').map(segment).join('/')}`;
}

function matching(revision: string): Record<string, string> {
  return revision ? { 'If-Match': `"${revision}"` } : {};
}

/** Saves a text over the revision; without one the script must be new. */
export function saveScript(file: string, text: string, revision: string): Promise<StoredScript> {
  return call<StoredScript>(url(file), { method: 'PUT', body: { text }, headers: matching(revision) });
}

export function deleteScript(file: string, revision: string): Promise<void> {
  return call<void>(url(file), { method: 'DELETE', headers: matching(revision) });
}

export function readScript(file: string): Promise<StoredScript> {
  return call<StoredScript>(url(file));
}

export function checkScript(file: string, text: string, signal: AbortSignal): Promise<{ ok: boolean; problems: Problem[] }> {
  return call('/scripts-check', { body: { path: `scripts/${file}`, text }, signal });
}

export function testScript(file: string): Promise<ScriptTest> {
  return call<ScriptTest>('/scripts-test', { body: { path: `scripts/${file}` } });
}
