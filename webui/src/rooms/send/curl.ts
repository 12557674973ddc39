import type { SampleRequest } from '@/api/types';
import { shellQuoted as quoted } from '@/plan/shell';

/** What curl sets itself, and better. */
const OWN = /^(content-length|accept-encoding|connection)$/i;

/** The request as a command for a shell. A body that is no text comes from the file body.bin. */
export function curlOf(request: SampleRequest): string {
  const parts = [`curl ${quoted(request.url)}`];
  const hasBody = (request.body ?? request.body_base64 ?? '') !== '';
  if (request.method !== (hasBody ? 'POST' : 'GET')) parts.push(request.method === 'HEAD' ? '--head' : `-X ${request.method}`);
  for (const header of request.headers) if (!OWN.test(header.name)) parts.push(`-H ${quoted(`${header.name}: ${header.value}`)}`);
  if (request.headers.some((h) => /^accept-encoding$/i.test(h.name))) parts.push('--compressed');
  if (request.body) parts.push(`--data-raw ${quoted(request.body)}`);
  else if (request.body_base64) parts.push('--data-binary @body.bin');
  return parts.join(' \\\n  ');
}
