/** Where the API is: beside the page, whatever path a proxy serves that under. */
export const API = new URL('api/v1', document.baseURI).pathname;

/** After so long, in ms, an answer is old. */
const OLD = 10_000;

/** So many seconds of a run are asked for at once: what fits at one entry per second. */
export const MOST_SECONDS = 21_600;

export function wholeSeries(run: string): string {
  return `/runs/${run}/series?max=${MOST_SECONDS}`;
}

const begun = new Map<string, Promise<Response | undefined>>();

/**
 * What the page of a path asks the master for. It is asked for while the page's code is
 * still on its way: the calls themselves find the answers here.
 */
export function earlyCalls(path: string): string[] {
  const run = /^\/runs\/([^/]+)$/.exec(path)?.[1];
  return ['/session', ...(run ? [`/runs/${run}`, wholeSeries(run)] : [])];
}

export function beginCalls(path: string): void {
  for (const call of earlyCalls(path)) {
    begun.set(call, fetch(API + call, { headers: { Accept: 'application/json' } }).catch(() => undefined));
  }
  setTimeout(() => begun.clear(), OLD);
}

/** The answer to a call that was begun early, for the first who asks; undefined: there is none. */
export function takeEarly(call: string): Promise<Response | undefined> | undefined {
  const answer = begun.get(call);
  begun.delete(call);
  return answer;
}

export function isEarly(call: string): boolean {
  return begun.has(call);
}

/** A run goes by its number in an address, and by its id from then on. */
export function alsoKnownAs(run: string, id: string): void {
  for (const [call, answer] of [...begun]) {
    if (!call.startsWith(`/runs/${run}/`)) continue;
    begun.delete(call);
    begun.set(call.replace(`/runs/${run}/`, `/runs/${id}/`), answer);
  }
}
