/** A call that is being written. */
export interface OpenCall {
  /** What is called, as it stands there: http.get, res:json, check. */
  name: string;
  /** Where its name begins. */
  from: number;
  /** With a table in braces instead of, or as, its first argument. */
  table: boolean;
  /** Which argument the place is in, from 0; of a table which entry. */
  argument: number;
  /** In a table: the place is where a key may stand. */
  atKey: boolean;
}

/** So far back the beginning of a call is looked for, in characters. */
const FAR = 2000;

/** The text without what stands in strings and comments, of the same length. */
function bare(text: string): string {
  return text.replace(/--\[\[[\s\S]*?(?:\]\]|$)|--[^\n]*|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|\[\[[\s\S]*?(?:\]\]|$)/g, (part) => ' '.repeat(part.length));
}

const NAME = /([A-Za-z_]\w*(?:\s*[.:]\s*[A-Za-z_]\w*)*)\s*$/;

/** The innermost call that is open at the end of head; undefined: none. */
export function openCall(head: string): OpenCall | undefined {
  const start = Math.max(0, head.length - FAR);
  const text = bare(head.slice(start));
  let depth = 0;
  let argument = 0;
  for (let i = text.length - 1; i >= 0; i--) {
    const c = text[i] ?? '';
    if (')}]'.includes(c)) depth++;
    else if (depth === 0 && (c === ',' || c === ';')) argument++;
    else if (depth > 0 && '({['.includes(c)) depth--;
    else if (c === '(' || c === '{') {
      const before = text.slice(0, i).replace(c === '{' ? /\(\s*$/ : /$^/, '');
      const name = NAME.exec(before)?.[1];
      if (name && !/^(?:and|do|else|elseif|for|function|if|in|local|not|or|repeat|return|then|until|while)$/.test(name) && !/\bfunction\s+[\w.:]*$/.test(before.trimEnd())) {
        const inside = text.slice(i + 1);
        return { name: name.replace(/\s/g, ''), from: start + before.search(NAME), table: c === '{', argument, atKey: c === '{' && /(?:^|[,;])\s*\w*$/.test(inside) };
      }
      return undefined; // a table within another, or plain parentheses
    } else if (c === '[') return undefined;
  }
  return undefined;
}

/** The keys that a signature with a table names: http.get{url = , name = } */
export function keysOf(signature: string): string[] {
  return [...(/\{(.*)\}/.exec(signature)?.[1] ?? '').matchAll(/([A-Za-z_]\w*)\s*=/g)].map((m) => m[1] ?? '');
}

/** A signature in three parts, the second one being the argument at hand. */
export function argumentOf(signature: string, argument: number): [string, string, string] {
  const open = signature.search(/[({]/);
  if (open < 0) return [signature, '', ''];
  let depth = 0;
  let from = open + 1;
  let nth = 0;
  for (let i = open + 1; i < signature.length; i++) {
    const c = signature[i] ?? '';
    const end = depth === 0 && (c === ')' || c === '}');
    if ('({'.includes(c)) depth++;
    else if (')}'.includes(c)) depth--;
    if (!end && !(c === ',' && depth <= 0)) continue;
    const last = /\.\.\.\s*$/.test(signature.slice(from, i));
    if (nth === argument || (end && last)) return [signature.slice(0, from), signature.slice(from, i), signature.slice(i)];
    if (end) break;
    nth++;
    from = i + 1;
  }
  return [signature, '', ''];
}
