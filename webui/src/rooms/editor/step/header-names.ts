/** Names of headers that requests often have, and what they often are. */
const HEADER_VALUES: Readonly<Record<string, readonly string[]>> = {
  Accept: ['application/json', 'text/html', '*/*'],
  'Accept-Encoding': ['gzip, br', 'identity'],
  'Accept-Language': ['en', 'zh-CN'],
  Authorization: ['Bearer {{token}}', 'Basic '],
  'Cache-Control': ['no-cache', 'no-store'],
  'Content-Type': ['application/json', 'application/x-www-form-urlencoded', 'application/xml', 'text/plain', 'text/csv', 'application/octet-stream'],
  Cookie: [],
  'If-Match': [],
  'If-None-Match': [],
  'If-Modified-Since': [],
  'Idempotency-Key': ['{{$uuid}}'],
  Origin: [],
  Range: ['bytes=0-1023'],
  Referer: [],
  'User-Agent': [],
  'X-Api-Key': [],
  'X-Correlation-Id': ['{{$uuid}}'],
  'X-Csrf-Token': ['{{csrf}}'],
  'X-Forwarded-For': [],
  'X-Request-Id': ['{{$uuid}}'],
  'X-Requested-With': ['XMLHttpRequest'],
};

export const HEADER_NAMES = Object.keys(HEADER_VALUES);

export function headerValues(name: string): readonly string[] {
  const known = HEADER_NAMES.find((n) => n.toLowerCase() === name.toLowerCase());
  return known ? (HEADER_VALUES[known] ?? []) : [];
}
