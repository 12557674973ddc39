import i18next from 'i18next';
import type { Reason } from '@/api/types';
import { formatMs, formatNumber, formatShare } from './format';

/** Values are of the text only: what a worker calls a parameter is no option. */
const say = (key: string, values: Record<string, unknown> = {}, count?: number): string => i18next.t(`reasons:${key}`, { replace: values, count });

/** Parameters as people write them; the name says the unit. */
function written(name: string, value: string | number): string {
  if (typeof value === 'string') {
    if (name === 'owner' && value === '') return say('nobody');
    return name === 'scenario' && value !== '' ? say('ofScenario', { scenario: value }) : value;
  }
  switch (name) {
    case 'share':
      return formatShare(value);
    case 'ms':
      return formatMs(value);
    case 'seconds':
    case 'from':
    case 'to':
    case 'end':
      return formatMs(value * 1000);
    default:
      return formatNumber(value);
  }
}

/** What a reason says in the language of the page: by its code where that is known, else as the master has said it. */
export function reasonText({ code, params = {}, text, of = [] }: Reason): string {
  const key = `code.${code}`;
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, written(name, value)]));
  const count = [params.count, params.need, params.requests, params.starts].find((n) => typeof n === 'number');
  const own = code && i18next.exists(`reasons:${key}`, { count }) ? say(key, { ...values, text }, count) : text;
  return of.length > 0 ? say('because', { what: own, why: reasonsText(of, '') }) : own;
}

/** Several reasons, one after the other; where there are none, the text that an older master has said. */
export function reasonsText(why: readonly Reason[] | undefined, text: string): string {
  return why && why.length > 0 ? why.map(reasonText).join(say('and')) : text;
}
