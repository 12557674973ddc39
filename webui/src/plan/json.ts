// JSON as a body is edited: objects keep the order of their keys and numbers their text,
// and {{name}} may stand where a value does.

import { isJsonNumber, Literal } from './value';

export interface JsonProblem {
  message: string;
  offset: number;
}

export type JsonResult = { value: unknown; problem?: undefined } | { value?: undefined; problem: JsonProblem };

class Failure extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

const maxDepth = 60;

/** Reads JSON into what PlanDocument.set takes: Map, array, string, Literal. */
export function parseJson(text: string): JsonResult {
  let at = 0;
  const fail = (message: string, offset = at): never => {
    throw new Failure(message, offset);
  };
  const space = () => {
    while (/\s/.test(text[at] ?? '')) at++;
  };
  const string = (): string => {
    const begin = at++;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    if (at >= text.length) fail('a text is not closed', begin);
    at++;
    try {
      return JSON.parse(text.slice(begin, at)) as string;
    } catch {
      return fail('this text is not JSON: line breaks are \\n, quotes \\"', begin);
    }
  };
  const word = (): unknown => {
    const template = /^\{\{.*?\}\}/.exec(text.slice(at, at + 1000));
    if (template) {
      at += template[0].length;
      return template[0];
    }
    const found = /^[^\s,:[\]{}"]+/.exec(text.slice(at, at + 400))?.[0] ?? '';
    if (!isJsonNumber(found) && !['true', 'false', 'null'].includes(found)) fail(found === '' ? 'a value is missing' : `${found} is not JSON; texts stand in double quotes`);
    at += found.length;
    return new Literal(found);
  };
  const items = (close: string, read: () => void) => {
    at++;
    space();
    if (text[at] === close) {
      at++;
      return;
    }
    for (;;) {
      space();
      read();
      space();
      if (text[at] === close) break;
      if (text[at] !== ',') fail(`here comes , or ${close}`);
      at++;
    }
    at++;
  };
  const value = (depth: number): unknown => {
    space();
    if (depth > maxDepth) fail(`nested deeper than ${maxDepth} levels`);
    if (text[at] === '"') return string();
    if (text[at] === '[') {
      const list: unknown[] = [];
      items(']', () => list.push(value(depth + 1)));
      return list;
    }
    if (text[at] !== '{' || text.startsWith('{{', at)) return word();
    const map = new Map<string, unknown>();
    items('}', () => {
      if (text[at] !== '"') fail('a key stands in double quotes');
      const key = string();
      if (map.has(key)) fail(`the key ${key} is there twice`);
      space();
      if (text[at] !== ':') fail('behind a key comes :');
      at++;
      map.set(key, value(depth + 1));
    });
    return map;
  };
  try {
    const out = value(0);
    space();
    if (at < text.length) fail('here the JSON is over already');
    return { value: out };
  } catch (error) {
    if (error instanceof Failure) return { problem: { message: error.message, offset: error.offset } };
    throw error;
  }
}
