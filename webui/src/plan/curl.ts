// A cURL command as a request of a plan.

import type { Pair } from './types';
import { parseJson } from './json';
import { decoded, takeQuery } from './query';
import type { Part, RequestParts } from './request';
import { wordsOf } from './shell';

export interface CurlRequest {
  request: RequestParts;
  /** Options that a plan cannot say, as they were written. */
  ignored: string[];
}

interface Data {
  text: string;
  /** A file whose content is the body: @name. */
  file?: string;
  /** It is sent without a Content-Type where none is given. */
  untyped?: boolean;
}

interface State {
  method: string;
  urls: string[];
  headers: Pair[];
  data: Data[];
  /** Data stands in the query. */
  query: boolean;
  /** Of --url-query. */
  added: Pair[];
  head: boolean;
  json: boolean;
  urlencode: boolean;
  parts: Part[];
  request: RequestParts;
  ignored: string[];
}

/** Options with an argument, by their long names. */
const short: Record<string, string> = {
  X: 'request', H: 'header', d: 'data', F: 'form', u: 'user', b: 'cookie', G: 'get', I: 'head', k: 'insecure', A: 'user-agent', e: 'referer',
  x: 'proxy', L: 'location', m: 'max-time', T: 'upload-file', s: 'silent', S: 'show-error', v: 'verbose', i: 'include', o: 'output', f: 'fail', g: 'globoff',
  E: 'cert', c: 'cookie-jar', w: 'write-out', N: 'no-buffer', r: 'range', '0': 'http1.0', '4': 'ipv4', '6': 'ipv6', O: 'remote-name', U: 'proxy-user', C: 'continue-at',
};
const withArgument = new Set([
  'request', 'header', 'data', 'data-raw', 'data-binary', 'data-ascii', 'data-urlencode', 'json', 'form', 'form-string', 'user', 'cookie', 'user-agent', 'referer',
  'proxy', 'url', 'max-time', 'connect-timeout', 'max-redirs', 'upload-file', 'output', 'cert', 'key', 'cacert', 'cookie-jar', 'write-out', 'range', 'oauth2-bearer',
  'resolve', 'connect-to', 'retry', 'proxy-user', 'limit-rate', 'interface', 'ciphers', 'url-query', 'cert-type', 'key-type', 'retry-delay', 'retry-max-time', 'continue-at', 'aws-sigv4', 'config', 'dns-servers', 'unix-socket', 'tls-max',
]);
/** They say nothing about the request itself, or what every request does anyway. */
const silent = new Set(['compressed', 'silent', 'show-error', 'verbose', 'include', 'output', 'fail', 'globoff', 'write-out', 'no-buffer', 'remote-name', 'progress-bar', 'fail-with-body', 'no-progress-meter', 'http1.1', 'http2', 'ipv4', 'ipv6', 'basic', 'location-trusted', 'path-as-is']);

/** undefined: the text is no cURL command. */
export function parseCurl(command: string): CurlRequest | undefined {
  const [program = '', ...words] = wordsOf(command.trim().replace(/^\$\s+/, ''));
  if (!/(^|[\\/])curl(\.exe)?$/i.test(program)) return undefined;
  const state: State = { method: '', urls: [], headers: [], data: [], query: false, added: [], head: false, json: false, urlencode: false, parts: [], request: {}, ignored: [] };
  // Without -L curl follows nothing.
  state.request.followRedirects = '0';
  readWords(state, words);
  return finish(state);
}

function readWords(state: State, words: string[]): void {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? '';
    const given = /^--([a-z][a-z0-9.-]*)=([^]*)$/.exec(word);
    if (given?.[1] && withArgument.has(given[1])) {
      option(state, given[1], given[2] ?? '', `--${given[1]}`);
    } else if (word.startsWith('--')) {
      const name = word.slice(2);
      if (withArgument.has(name)) option(state, name, words[++i] ?? '', word);
      else option(state, name, '', word);
    } else if (word.startsWith('-') && word.length > 1) {
      for (let k = 1; k < word.length; k++) {
        const name = short[word[k] ?? ''] ?? word[k] ?? '';
        if (!withArgument.has(name)) {
          option(state, name, '', `-${word[k]}`);
          continue;
        }
        const rest = word.slice(k + 1);
        option(state, name, rest === '' ? (words[++i] ?? '') : rest, `-${word[k]}`);
        break;
      }
    } else state.urls.push(word);
  }
}

const row = (name: string, value: string): Pair => ({ name, value, enabled: true, note: '' });

function option(state: State, name: string, value: string, written: string): void {
  const { request } = state;
  switch (name) {
    case 'request': state.method = value.toUpperCase(); return;
    case 'url': state.urls.push(value); return;
    case 'header': header(state, value); return;
    case 'user-agent': state.headers.push(row('User-Agent', value)); return;
    case 'referer': state.headers.push(row('Referer', value.replace(/;auto$/, ''))); return;
    case 'cookie':
      if (value.includes('=')) state.headers.push(row('Cookie', value));
      else state.ignored.push(`${written} ${value}`);
      return;
    case 'data': case 'data-ascii': case 'data-binary': state.data.push(value.startsWith('@') ? { text: '', file: value.slice(1) } : { text: value }); return;
    case 'data-raw': state.data.push({ text: value }); return;
    case 'json': state.json = true; state.data.push(value.startsWith('@') ? { text: '', file: value.slice(1) } : { text: value }); return;
    case 'data-urlencode': state.urlencode = true; state.data.push(urlencoded(value)); return;
    case 'form': state.parts.push(formPart(value)); return;
    case 'form-string': state.parts.push({ ...formPart(''), name: value.split('=', 1)[0] ?? '', content: value.slice(value.indexOf('=') + 1) }); return;
    case 'user': {
      const colon = value.indexOf(':');
      request.auth = { kind: 'basic', user: colon < 0 ? value : value.slice(0, colon), password: colon < 0 ? '' : value.slice(colon + 1) };
      return;
    }
    case 'oauth2-bearer': request.auth = { kind: 'bearer', token: value }; return;
    case 'get': state.query = true; return;
    case 'head': state.head = true; return;
    case 'insecure': request.insecure = true; return;
    case 'location': delete request.followRedirects; return;
    case 'max-redirs': request.followRedirects = value; return;
    case 'max-time': request.timeout = /^[0-9.]+$/.test(value) ? `${Number(value)}s` : undefined; return;
    case 'proxy': request.proxy = value.includes('://') ? value : `http://${value}`; return;
    case 'upload-file': state.data.push({ text: '', file: value, untyped: true }); state.method ||= 'PUT'; return;
    case 'url-query': state.added.push(row(...cut(value))); return;
  }
  if (!silent.has(name)) state.ignored.push(withArgument.has(name) ? `${written} ${value}` : written);
}

function cut(text: string): [string, string] {
  const equal = text.indexOf('=');
  return equal < 0 ? [text, ''] : [text.slice(0, equal), text.slice(equal + 1)];
}

function header(state: State, text: string): void {
  const colon = text.indexOf(':', 1);
  if (colon < 0) {
    // "X-Empty;" is a header without a value.
    if (text.endsWith(';')) state.headers.push(row(text.slice(0, -1), ''));
    else state.ignored.push(`-H ${text}`);
    return;
  }
  const name = text.slice(0, colon).trim();
  const value = text.slice(colon + 1).trim();
  if (value === '') state.headers.push({ ...row(name, ''), drop: true });
  // These are made anew for every request; HTTP/2's own ones are no headers.
  else if (/^(content-length|host|connection|accept-encoding)$/i.test(name) || name.startsWith(':')) {
    if (!/^(content-length|accept-encoding)$/i.test(name)) state.ignored.push(`-H ${text}`);
  } else state.headers.push(row(name, value));
}

function urlencoded(value: string): Data {
  const encode = (text: string) => encodeURIComponent(text).replaceAll('%20', '+');
  if (value.startsWith('@')) return { text: '', file: value.slice(1) };
  const equal = value.indexOf('=');
  if (equal < 0) return { text: encode(value) };
  return { text: (equal === 0 ? '' : `${value.slice(0, equal)}=`) + encode(value.slice(equal + 1)) };
}

function formPart(value: string): Part {
  const [name, rest] = cut(value);
  const file = rest.startsWith('@') || rest.startsWith('<');
  const [content = '', ...options] = file || /;(type|filename)=/.test(rest) ? rest.split(';') : [rest];
  const at = (key: string) => options.find((o) => o.trim().startsWith(`${key}=`))?.trim().slice(key.length + 1).replace(/^"(.*)"$/, '$1') ?? '';
  const text = (file ? content.slice(1) : content).replace(/^"(.*)"$/s, '$1');
  return { name, kind: file ? 'file' : 'value', content: text, filename: at('filename'), type: at('type') };
}

function finish(state: State): CurlRequest | undefined {
  const { request, ignored } = state;
  const first = state.urls.shift();
  if (first === undefined) return undefined;
  for (const url of state.urls) ignored.push(url);
  const url = /^([a-z][a-z0-9+.-]*:\/\/|\/|\{\{)/i.test(first) ? first : `http://${first}`;
  const taken = takeQuery(url);
  const joined = state.data.map((d) => d.text).join('&');
  taken.query.push(...state.added);
  if (state.query && joined !== '') taken.query.push(...takeQuery(`?${joined}`).query);
  const body = state.query ? undefined : bodyOf(state, joined);
  request.url = taken.url.replace(/#.*$/, '');
  request.query = taken.query;
  request.method = state.method || (state.head ? 'HEAD' : body ? 'POST' : 'GET');
  if (state.json && !state.headers.some((h) => /^accept$/i.test(h.name))) state.headers.push(row('Accept', 'application/json'));
  request.headers = auth(state, withoutBodyType(state.headers, body));
  request.body = body ?? { kind: 'none' };
  return { request, ignored };
}

/** A bearer token is the request's auth. */
function auth(state: State, headers: Pair[]): Pair[] {
  const bearer = headers.find((h) => /^authorization$/i.test(h.name) && /^bearer /i.test(h.value));
  if (!bearer || state.request.auth) return headers;
  state.request.auth = { kind: 'bearer', token: bearer.value.slice(7).trim() };
  return headers.filter((h) => h !== bearer);
}

const contentType = (headers: readonly Pair[]) => headers.find((h) => /^content-type$/i.test(h.name))?.value ?? '';

/** Without the Content-Type that the kind of body gives by itself. */
function withoutBodyType(headers: Pair[], body: RequestParts['body']): Pair[] {
  const type = contentType(headers).toLowerCase();
  const own =
    (body?.kind === 'json' && /^application\/json\s*(;\s*charset=utf-8)?$/.test(type)) ||
    (body?.kind === 'form' && type.startsWith('application/x-www-form-urlencoded')) ||
    (body?.kind === 'multipart' && type.startsWith('multipart/form-data')) ||
    ((body?.kind === 'text' || body?.kind === 'file') && type !== '');
  return own ? headers.filter((h) => !/^content-type$/i.test(h.name)) : headers;
}

function bodyOf(state: State, joined: string): RequestParts['body'] {
  if (state.parts.length > 0) return { kind: 'multipart', parts: state.parts };
  if (state.data.length === 0) return undefined;
  const given = contentType(state.headers);
  const { file, untyped } = state.data.find((d) => d.file !== undefined) ?? {};
  const fallback = state.json ? 'application/json' : 'application/x-www-form-urlencoded';
  if (file !== undefined) {
    if (state.data.length > 1) state.ignored.push(...state.data.filter((d) => d.file !== file).map((d) => d.text));
    return { kind: 'file', file, type: given || (untyped ? '' : fallback) };
  }
  const text = state.json ? state.data.map((d) => d.text).join('') : joined;
  const json = /json/i.test(given) || state.json || given === '' || /x-www-form/i.test(given) && /^\s*[[{]/.test(text);
  if (json && /^\s*([[{"]|-?\d+$|true$|false$|null$)/.test(text) && !parseJson(text).problem) return { kind: 'json', json: text };
  if (given === '' || /x-www-form-urlencoded/i.test(given)) {
    const form = formOf(text);
    if (form) return { kind: 'form', form };
  }
  return { kind: 'text', text, type: given || fallback };
}

/** Rows of an urlencoded body; undefined: it is something else. */
function formOf(text: string): Pair[] | undefined {
  if (text === '') return [];
  if (!/^[^=&\s]+=?[^&\n]*(&[^=&\s]+=?[^&\n]*)*$/.test(text) || !text.includes('=')) return undefined;
  return text.split('&').map((part) => {
    const [name, value] = cut(part);
    return row(decoded(name), decoded(value));
  });
}

/** The request with its URL told from base_url, where it begins with that: then other environments are asked, too. */
export function below(base: string, request: RequestParts): RequestParts {
  const root = base.replace(/\/+$/, '');
  const { url = '' } = request;
  if (!/^https?:\/\/[^/]/i.test(root) || !url.toLowerCase().startsWith(root.toLowerCase())) return request;
  const rest = url.slice(root.length);
  return rest === '' || rest.startsWith('/') ? { ...request, url: rest || '/' } : request;
}
