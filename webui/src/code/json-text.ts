// JSON as bodies of plans have it: {{…}} may stand wherever a value may, and in strings.

type Kind = 'value' | 'string' | '{' | '}' | '[' | ']' | ',' | ':' | 'end';

interface Token {
  kind: Kind;
  text: string;
  at: number;
}

export interface JSONFault {
  at: number;
  /** In code:json. */
  fault: 'value' | 'comma' | 'colon' | 'key' | 'end' | 'string' | 'unclosed';
}

const SPACE = /\s*/y;
const TOKEN = /[{}[\],:](?!\{)|[{}[\],:]|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const TEMPLATE = /\{\{[^{}]*(?:'[^']*'[^{}]*)*\}\}/y;

class Fault extends Error {
  constructor(readonly at: number, readonly fault: JSONFault['fault']) {
    super(fault);
  }
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

function* tokens(text: string): Generator<Token> {
  let at = 0;
  for (;;) {
    at += matchAt(SPACE, text, at)?.length ?? 0;
    if (at >= text.length) break;
    const template = matchAt(TEMPLATE, text, at);
    const found = template ?? matchAt(TOKEN, text, at);
    if (!found) throw new Fault(at, text[at] === '"' ? 'string' : 'value');
    const first = found[0] ?? '';
    const kind: Kind = template ? 'value' : first === '"' ? 'string' : '{}[],:'.includes(first) ? (first as Kind) : 'value';
    yield { kind, text: found, at };
    at += found.length;
  }
  yield { kind: 'end', text: '', at };
}

/** Writes a value token by token; what it returns is the token behind the value. */
class Printer {
  out = '';
  private readonly tokens: Generator<Token>;
  private token: Token;

  constructor(text: string) {
    this.tokens = tokens(text);
    this.token = this.next();
  }

  private next(): Token {
    const next = this.tokens.next();
    if (!next.done) this.token = next.value;
    return this.token;
  }

  document(): string {
    this.value(0);
    if (this.token.kind !== 'end') throw new Fault(this.token.at, 'end');
    return this.out;
  }

  private value(depth: number): void {
    if (depth > 500) throw new Fault(this.token.at, 'value');
    const { kind, at } = this.token;
    if (kind === '{') this.list('}', depth, () => this.member(depth + 1));
    else if (kind === '[') this.list(']', depth, () => this.value(depth + 1));
    else if (kind === 'value' || kind === 'string') this.take();
    else throw new Fault(at, kind === 'end' ? 'unclosed' : 'value');
  }

  private take(): void {
    this.out += this.token.text;
    this.next();
  }

  private member(depth: number): void {
    if (this.token.kind !== 'string' && !this.token.text.startsWith('{{')) throw new Fault(this.token.at, this.token.kind === 'end' ? 'unclosed' : 'key');
    this.take();
    if ((this.token.kind as Kind) !== ':') throw new Fault(this.token.at, 'colon');
    this.out += ': ';
    this.next();
    this.value(depth);
  }

  private list(close: '}' | ']', depth: number, item: () => void): void {
    this.take();
    if (this.token.kind === close) return this.take();
    const line = '\n' + '  '.repeat(depth + 1);
    for (;;) {
      this.out += line;
      item();
      if (this.token.kind === close) break;
      if (this.token.kind !== ',') throw new Fault(this.token.at, this.token.kind === 'end' ? 'unclosed' : 'comma');
      this.take();
    }
    this.out += '\n' + '  '.repeat(depth);
    this.take();
  }
}

/** The text with one value a line, numbers and strings as they were; or why it is no JSON. */
export function formatJSON(text: string): string | JSONFault {
  try {
    return new Printer(text).document();
  } catch (e) {
    if (e instanceof Fault) return { at: e.at, fault: e.fault };
    throw e;
  }
}

/** Why a text is no JSON; null: it is, or there is nothing. */
export function jsonFault(text: string): JSONFault | null {
  if (text.trim() === '') return null;
  const formatted = formatJSON(text);
  return typeof formatted === 'string' ? null : formatted;
}
