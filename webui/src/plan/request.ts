// A request as its form shows it.

import type { Pair, Path, PlanDocument } from './types';
import { parseJson, type JsonProblem } from './json';
import { pairsAt, setPairs, textFor } from './pairs';

export type BodyKind = 'none' | 'json' | 'form' | 'multipart' | 'text' | 'file';

export interface Part {
  name: string;
  kind: 'value' | 'file';
  /** The text, or the path of the file. */
  content: string;
  filename: string;
  type: string;
}

export interface Body {
  kind: BodyKind;
  /** JSON text, of kind json. */
  json: string;
  form: Pair[];
  parts: Part[];
  text: string;
  file: string;
  /** Content-Type of text and file. */
  type: string;
}

export type AuthKind = 'inherit' | 'none' | 'basic' | 'bearer';

export interface Auth {
  kind: AuthKind;
  user: string;
  password: string;
  token: string;
}

/** A whole attempt, or its parts; empty: not given. */
export interface Timeout {
  whole: boolean;
  connect: string;
  firstByte: string;
  total: string;
}

export interface Tls {
  insecure: boolean | undefined;
  ca: string;
  cert: string;
  key: string;
  serverName: string;
}

/** What defaults give to every request and a request may say itself. Empty: not given. */
export interface NetworkView {
  timeout: Timeout;
  followRedirects: string;
  maxResponseBody: string;
  /** undefined: not given; "": no proxy. */
  proxy: string | undefined;
  tls: Tls;
}

export interface RequestView extends NetworkView {
  path: Path;
  method: string;
  url: string;
  query: Pair[];
  headers: Pair[];
  body: Body;
  auth: Auth;
}

/** What a form or a cURL command says of a request; what is left out is not touched. */
export interface RequestParts {
  method?: string;
  url?: string;
  query?: Pair[];
  headers?: Pair[];
  body?: Partial<Body> & { kind: BodyKind };
  auth?: Partial<Auth> & { kind: AuthKind };
  followRedirects?: string;
  timeout?: string;
  insecure?: boolean;
  proxy?: string;
}

const bodyKeys = ['json', 'form', 'multipart', 'text', 'file'] as const;

export function requestAt(doc: PlanDocument, path: Path): RequestView {
  return {
    path,
    method: doc.scalar([...path, 'method']) || 'GET',
    url: doc.scalar([...path, 'url']) ?? '',
    query: pairsAt(doc, [...path, 'query']),
    headers: pairsAt(doc, [...path, 'headers']),
    body: bodyAt(doc, path),
    auth: authAt(doc, path),
    ...networkAt(doc, path),
  };
}

export function bodyAt(doc: PlanDocument, path: Path): Body {
  const kind = bodyKeys.find((key) => doc.get([...path, key]) !== undefined) ?? 'none';
  const at = (key: string) => doc.scalar([...path, key]) ?? '';
  return {
    kind,
    json: doc.json([...path, 'json']) ?? '',
    form: pairsAt(doc, [...path, 'form']),
    parts: partsAt(doc, [...path, 'multipart']),
    text: at('text'),
    file: at('file'),
    type: at('type'),
  };
}

export function partsAt(doc: PlanDocument, path: Path): Part[] {
  return Array.from({ length: doc.size(path) }, (_, i) => {
    const at = (key: string) => doc.scalar([...path, i, key]);
    const kind = at('file') === undefined ? 'value' : 'file';
    return { name: at('name') ?? '', kind, content: at(kind) ?? '', filename: at('filename') ?? '', type: at('type') ?? '' };
  });
}

export function setParts(doc: PlanDocument, path: Path, parts: readonly Part[]): PlanDocument {
  const items = parts.map((p, i) => ({
    name: textFor(doc, [...path, i, 'name'], p.name),
    [p.kind]: textFor(doc, [...path, i, p.kind], p.content),
    filename: p.filename === '' ? undefined : p.filename,
    type: p.type === '' ? undefined : p.type,
  }));
  return doc.set(path, items.length === 0 ? undefined : items);
}

/** Another kind of body. What the other kinds held goes, except between text and file its type. */
export function setBodyKind(doc: PlanDocument, path: Path, kind: BodyKind): PlanDocument {
  const was = bodyAt(doc, path);
  if (was.kind === kind) return doc;
  let next = doc;
  for (const key of bodyKeys) if (key !== kind) next = dropKeepingMap(next, path, key);
  if (kind !== 'text' && kind !== 'file') next = dropKeepingMap(next, path, 'type');
  switch (kind) {
    case 'none':
      return next;
    case 'json':
      return setJsonBody(next, path, jsonFrom(was)).doc;
    case 'form':
      return next.set([...path, 'form'], new Map(was.parts.filter((p) => p.kind === 'value').map((p) => [p.name, p.content])));
    case 'multipart':
      return next.set([...path, 'multipart'], was.form.filter((p) => p.enabled).map((p) => ({ name: p.name, value: p.value })));
    case 'text':
      return next.set([...path, 'text'], was.kind === 'json' ? was.json : '');
    case 'file':
      return next.set([...path, 'file'], '');
  }
}

function jsonFrom(was: Body): string {
  if (was.kind === 'form') return JSON.stringify(Object.fromEntries(was.form.map((p) => [p.name, p.value])));
  return was.kind === 'text' && !parseJson(was.text).problem ? was.text : '{}';
}

/** Removes a key without removing the request that holds nothing else. */
function dropKeepingMap(doc: PlanDocument, path: Path, key: string): PlanDocument {
  if (doc.get([...path, key]) === undefined) return doc;
  return doc.size(path) === 1 ? doc.set(path, {}) : doc.set([...path, key], undefined);
}

/** Writes a JSON body; with a problem the document is as it was. */
export function setJsonBody(doc: PlanDocument, path: Path, text: string): { doc: PlanDocument; problem?: JsonProblem } {
  const parsed = parseJson(text);
  if (parsed.problem) return { doc, problem: parsed.problem };
  return { doc: doc.set([...path, 'json'], parsed.value) };
}

export function authAt(doc: PlanDocument, path: Path): Auth {
  const at = (...keys: string[]) => doc.scalar([...path, 'auth', ...keys]);
  const given = doc.get([...path, 'auth']);
  const keys = doc.keys([...path, 'auth']);
  const kind: AuthKind = keys.includes('basic') ? 'basic' : keys.includes('bearer') ? 'bearer' : given === 'none' ? 'none' : 'inherit';
  return { kind, user: at('basic', 'user') ?? '', password: at('basic', 'password') ?? '', token: at('bearer') ?? '' };
}

export function setAuth(doc: PlanDocument, path: Path, auth: Partial<Auth> & { kind: AuthKind }): PlanDocument {
  const at = [...path, 'auth'];
  switch (auth.kind) {
    case 'inherit':
      return doc.set(at, undefined);
    case 'none':
      return doc.set(at, 'none');
    case 'basic':
      return doc.set(at, { basic: { user: auth.user ?? '', password: auth.password ?? '' } });
    case 'bearer':
      return doc.set(at, { bearer: auth.token ?? '' });
  }
}

/** path: of a request, or of defaults. */
export function networkAt(doc: PlanDocument, path: Path): NetworkView {
  const at = (...keys: string[]) => doc.scalar([...path, ...keys]);
  const insecure = at('tls', 'insecure');
  const parts = doc.keys([...path, 'timeout']).length > 0;
  return {
    timeout: {
      whole: !parts,
      connect: at('timeout', 'connect') ?? '',
      firstByte: at('timeout', 'first_byte') ?? '',
      total: at('timeout', 'total') ?? at('timeout') ?? '',
    },
    followRedirects: at('follow_redirects') ?? '',
    maxResponseBody: at('max_response_body') ?? '',
    proxy: at('proxy'),
    tls: {
      insecure: insecure === undefined ? undefined : insecure === 'true',
      ca: at('tls', 'ca') ?? '',
      cert: at('tls', 'cert') ?? '',
      key: at('tls', 'key') ?? '',
      serverName: at('tls', 'server_name') ?? '',
    },
  };
}

/** Writes 5s where only the whole is given, else {connect, first_byte, total}. */
export function setTimeout(doc: PlanDocument, path: Path, timeout: Timeout): PlanDocument {
  const { connect, firstByte, total } = timeout;
  const at = [...path, 'timeout'];
  if (connect === '' && firstByte === '') {
    const long = doc.keys(at).length > 0 && !timeout.whole;
    return long && total !== '' ? doc.set(at, { total }) : doc.set(at, total === '' ? undefined : total);
  }
  const parts = { connect: connect || undefined, first_byte: firstByte || undefined, total: total || undefined };
  return doc.set(at, parts);
}

/** Writes all that parts say into the request at path, which is made if it is not there. */
export function setRequest(doc: PlanDocument, path: Path, parts: RequestParts): PlanDocument {
  let next = doc;
  const put = (keys: string[], value: unknown) => {
    next = next.set([...path, ...keys], value);
  };
  if (parts.url !== undefined) put(['url'], textFor(doc, [...path, 'url'], parts.url));
  if (parts.method !== undefined) put(['method'], parts.method === 'GET' && doc.get([...path, 'method']) === undefined ? undefined : parts.method);
  if (parts.query) next = setPairs(next, [...path, 'query'], parts.query);
  if (parts.headers) next = setPairs(next, [...path, 'headers'], parts.headers);
  if (parts.auth) next = setAuth(next, path, parts.auth);
  if (parts.body) next = setBody(next, path, parts.body);
  if (parts.followRedirects !== undefined) put(['follow_redirects'], parts.followRedirects === '' ? undefined : Number(parts.followRedirects));
  if (parts.timeout !== undefined) put(['timeout'], parts.timeout || undefined);
  if (parts.insecure !== undefined) put(['tls', 'insecure'], parts.insecure || undefined);
  if (parts.proxy !== undefined) put(['proxy'], parts.proxy || undefined);
  return next;
}

export function setBody(doc: PlanDocument, path: Path, body: Partial<Body> & { kind: BodyKind }): PlanDocument {
  const next = setBodyKind(doc, path, body.kind);
  const type = (d: PlanDocument) => (body.type === undefined ? d : d.set([...path, 'type'], body.type || undefined));
  switch (body.kind) {
    case 'none':
      return next;
    case 'json':
      return setJsonBody(next, path, body.json ?? '').doc;
    case 'form':
      return setPairs(next, [...path, 'form'], body.form ?? []);
    case 'multipart':
      return setParts(next, [...path, 'multipart'], body.parts ?? []);
    case 'text':
      return type(next.set([...path, 'text'], body.text ?? ''));
    case 'file':
      return type(next.set([...path, 'file'], body.file ?? ''));
  }
}
