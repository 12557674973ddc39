// {{placeholders}} in a text, with their places, by the grammar of plan/template_parse.go;
// and {@name@}, the form of the older system, so that it can be offered to convert.

export interface Token {
  kind: 'variable' | 'function' | 'literal' | 'old' | 'broken';
  /** Of the variable or function ($uuid); of literal its text. */
  name: string;
  args: string[];
  filters: string[];
  /** Places in the text, the braces included. */
  from: number;
  to: number;
}

interface Word {
  text: string;
  quoted: boolean;
}

/** All placeholders of a text, in order. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('{', at);
    if (open < 0) break;
    const token = text.startsWith('{{', open) ? placeholder(text, open) : text.startsWith('{@', open) ? oldForm(text, open) : undefined;
    if (token) tokens.push(token);
    at = token?.to ?? open + 1;
  }
  return tokens;
}

function oldForm(text: string, from: number): Token | undefined {
  const found = /^\{@([\p{L}_][\p{L}\p{N}_-]*)@\}/u.exec(text.slice(from, from + 300));
  return found ? { kind: 'old', name: found[1] ?? '', args: [], filters: [], from, to: from + found[0].length } : undefined;
}

function placeholder(text: string, from: number): Token {
  const groups: Word[][] = [[]];
  let at = from + 2;
  const broken = (): Token => ({ kind: 'broken', name: text.slice(from + 2, at).trim(), args: [], filters: [], from, to: Math.max(at, from + 2) });
  for (;;) {
    while (/\s/.test(text[at] ?? '')) at++;
    if (at >= text.length) return broken();
    if (text.startsWith('}}', at)) break;
    if (text[at] === '|') {
      groups.push([]);
      at++;
      continue;
    }
    const quote = text[at];
    if (quote === "'" || quote === '"') {
      const end = text.indexOf(quote, at + 1);
      if (end < 0) {
        at = text.length;
        return broken();
      }
      groups.at(-1)?.push({ text: text.slice(at + 1, end), quoted: true });
      at = end + 1;
    } else {
      const length = Math.max(1, text.slice(at).search(/[\s|'"}]|$/));
      groups.at(-1)?.push({ text: text.slice(at, at + length), quoted: false });
      at += length;
    }
  }
  at += 2;
  const [first] = groups[0] ?? [];
  if (!first || groups.some((g) => g.length === 0)) return broken();
  const args = (groups[0] ?? []).slice(1).map((w) => w.text);
  const filters = groups.slice(1).map((g) => g[0]?.text ?? '');
  if (first.quoted && (args.length > 0 || filters.length > 0)) return broken();
  const kind = first.quoted ? 'literal' : first.text.startsWith('$') ? 'function' : 'variable';
  return { kind, name: first.text, args, filters, from, to: at };
}

/** The text with {@name@} as {{name}}. */
export function withoutOldForm(text: string): string {
  let out = text;
  for (const token of tokensOf(text).filter((t) => t.kind === 'old').reverse()) out = `${out.slice(0, token.from)}{{${token.name}}}${out.slice(token.to)}`;
  return out;
}

export interface Signature {
  name: string;
  /** How it is written. */
  usage: string;
  min: number;
  max: number;
}

const signature = (name: string, args = '', min = 0, max = min): Signature => ({ name, usage: `{{${name}${args && ` ${args}`}}}`, min, max });

export const functions: readonly Signature[] = [
  signature('$uuid'),
  signature('$timestamp'),
  signature('$isoTimestamp'),
  signature('$randomInt', '1 100', 2),
  signature('$randomString', '12', 1),
  signature('$oneOf', 'red green blue', 1, Infinity),
  signature('$seq'),
  signature('$user'),
  signature('$iteration'),
  signature('$worker'),
  signature('$env', 'NAME', 1),
];

export const filters: readonly string[] = ['urlencode', 'base64', 'json', 'number', 'bool', 'default'];

export function isVariableName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name);
}
