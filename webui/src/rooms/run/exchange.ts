import type { HeaderLine, SampleRequest, SampleResponse } from '@/api/types';

function headers(lines: readonly HeaderLine[]): string[] {
  return lines.map(({ name, value }) => `${name}: ${value}`);
}

function body(part: { body?: string; body_base64?: string; body_size: number }): string[] {
  const text = part.body ?? (part.body_base64 ? `(base64) ${part.body_base64}` : '');
  return text === '' ? [] : ['', text];
}

/** A request as it went over the wire, as text. */
export function requestText(request: SampleRequest): string {
  return [`${request.method} ${request.url}`, ...headers(request.headers), ...body(request)].join('\n');
}

export function responseText(response: SampleResponse): string {
  return [String(response.status), ...headers(response.headers), ...body(response)].join('\n');
}
