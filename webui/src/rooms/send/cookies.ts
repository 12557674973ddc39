import type { HeaderLine } from '@/api/types';

export interface Cookie {
  name: string;
  value: string;
  /** As they stand there: Path=/, HttpOnly … */
  attributes: string[];
}

/** The cookies that a response sets, each line of it. */
export function cookiesOf(headers: readonly HeaderLine[]): Cookie[] {
  return headers
    .filter((h) => h.name.toLowerCase() === 'set-cookie')
    .map(({ value }) => {
      const [pair = '', ...attributes] = value.split(';').map((part) => part.trim());
      const equals = pair.indexOf('=');
      return equals < 0 ? { name: '', value: pair, attributes } : { name: pair.slice(0, equals).trim(), value: pair.slice(equals + 1).trim(), attributes };
    });
}
