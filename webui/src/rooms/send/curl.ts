import type { SampleRequest } from '@/api/types';
import { shellQuoted as quoted } from '@/plan/shell';

/** What curl sets itself, and better. */
const OWN = /^(content-length|accept-encoding|connection)$/i;

/** The request as a command for a shell. A body that is no text comes from the file body.bin. */
export function curlOf(request: SampleRequest): string {
  const parts = [`curl ${quoted(request.url)}`];
  const hasBody = (request.body ?? request.body_base64 ?? '') !== '';
  if (request.method !== (hasBody ? 'POST' : 'GET')) parts.push(request.method === 'HEAD' ? '--head' : `-X ${request.method}`);
  // What curl would read as more than one URL, or tidy up.
  if (/[[\]{}]/.test(request.url)) parts.push('--globoff');
  if (/\/\.\.?(?:[/?#]|$)/.test(request.url)) parts.push('--path-as-is');
  // A header without a value is written with a semicolon: with a colon curl leaves it out.
  for (const { name, value } of request.headers) if (!OWN.test(name)) parts.push(`-H ${quoted(value === '' ? `${name};` : `${name}: ${value}`)}`);
  if (hasBody && !request.headers.some((h) => /^content-type$/i.test(h.name))) parts.push("-H 'Content-Type:'");
  if (request.headers.some((h) => /^accept-encoding$/i.test(h.name))) parts.push('--compressed');
  if (request.body) parts.push(`--data-raw ${quoted(request.body)}`);
  else if (request.body_base64) parts.push('--data-binary @body.bin');
  return parts.join(' \\\n  ');
}

/** How the master writes the value of a secret. */
const MASK = '***';

/** Whether values of secrets are missing from a request, so that its command does not send the same. */
export function isMasked(request: SampleRequest): boolean {
  return [request.url, request.body ?? '', ...request.headers.map((h) => h.value)].some((text) => text.includes(MASK));
}
