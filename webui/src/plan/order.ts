// In which order the keys of a plan stand when a form adds one: that of the documentation.

import type { Path } from './types';

const test = ['equals', 'not', 'gt', 'ge', 'lt', 'le', 'in', 'between', 'contains', 'not_contains', 'matches', 'exists', 'count'];
const network = ['timeout', 'follow_redirects', 'max_response_body', 'proxy', 'tls'];

const orders: Record<string, readonly string[]> = {
  plan: [
    'version', 'name', 'description', 'base_url', 'variables', 'defaults', 'cookies', 'connections', 'user_life', 'on_failure', 'data', 'files',
    'script', 'blocks', 'setup', 'user_start', 'user_stop', 'teardown', 'transactions', 'load', 'scenarios', 'measure', 'thresholds', 'samples', 'run',
  ],
  transaction: ['name', 'enabled', 'weight', 'think', 'pace', 'on_failure', 'script', 'steps'],
  step: ['name', 'enabled', 'group', 'repeat', 'if', 'use', 'on_failure', 'set', 'request', 'extract', 'check', 'think', 'script', 'steps', 'else'],
  request: ['method', 'url', 'query', 'headers', 'auth', 'json', 'form', 'multipart', 'text', 'file', 'type', ...network],
  defaults: ['headers', ...network, 'auth', 'think'],
  extract: ['name', 'json', 'css', 'attr', 'xpath', 'regex', 'group', 'header', 'cookie', 'pick', 'optional', 'default'],
  check: ['status', 'size', 'body', 'latency', 'json', 'xpath', 'css', 'header', 'cookie', 'var', 'regex', ...test, 'warn'],
  load: ['model', 'users', 'spawn_rate', 'duration', 'arrivals', 'stages', 'max_users', 'max_wait', 'ready_users', 'iterations', 'graceful_stop'],
  arrivals: ['rate', 'duration', 'max_users'],
  stages: ['name', 'target', 'jump', 'duration'],
  scenarios: ['name', 'start_at', 'transactions', 'load'],
  repeat: ['times', 'each', 'as', 'until', 'every', 'within'],
  if: ['var', ...test],
  until: ['var', ...test],
  measure: ['from', 'to'],
  samples: ['failures', 'mask'],
  run: ['seed', 'lua_timeout', 'workers', 'on_worker_loss', 'tag_requests', 'tags'],
  workers: ['count', 'labels'],
  timeout: ['connect', 'first_byte', 'total'],
  tls: ['insecure', 'ca', 'cert', 'key', 'server_name'],
  connections: ['mode', 'idle'],
  basic: ['user', 'password'],
  multipart: ['name', 'value', 'file', 'filename', 'type'],
  query: ['name', 'value', 'enabled', 'note'],
  headers: ['name', 'value', 'enabled', 'note'],
  form: ['name', 'value', 'enabled', 'note'],
  data: ['file', 'pick', 'per', 'at_end', 'delimiter'],
};

const stepLists = new Set(['steps', 'else', 'setup', 'user_start', 'user_stop', 'teardown']);
/** Below these the keys are those of the person who wrote the plan. */
const free = new Set(['variables', 'set', 'json', 'tags', 'labels', 'default', 'equals', 'not']);
/** Lists of maps with keys of their own, or (headers, query, form) maps of free names. */
const lists = new Set(['extract', 'check', 'stages', 'scenarios', 'multipart', 'query', 'headers', 'form']);

/** The order of the keys of the map at path; empty: new ones go to the end. */
function orderAt(path: Path): readonly string[] {
  let kind = 'plan';
  for (let i = 0; i < path.length; i++) {
    const key = path[i];
    if (typeof key === 'number') {
      if (kind === '') return [];
      continue;
    }
    if (key === undefined || kind === '' || (free.has(key) && !(kind === 'step' && key === 'check'))) return [];
    const item = typeof path[i + 1] === 'number';
    if (kind === 'plan' && key === 'transactions') kind = 'transaction';
    else if (kind === 'scenarios' && key === 'transactions') return [];
    else if (stepLists.has(key)) kind = 'step';
    else if (key === 'blocks' || (key === 'data' && kind === 'plan')) {
      if (i + 1 >= path.length) return [];
      kind = key === 'data' ? 'data' : 'step';
      i++;
    } else if (lists.has(key) && !item) return [];
    else kind = orders[key] ? key : '';
  }
  return orders[kind] ?? [];
}

/** Behind which of keys a new one goes: a position, or -1 for the beginning. */
export function placeFor(path: Path, keys: readonly string[], key: string): number {
  const order = orderAt(path);
  const rank = order.indexOf(key);
  if (rank < 0) return keys.length - 1;
  for (let i = keys.length - 1; i >= 0; i--) {
    const other = order.indexOf(keys[i] ?? '');
    if (other < rank) return i;
  }
  return -1;
}
