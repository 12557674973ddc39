// A command line cut into its words, as bash or as cmd.exe reads it. Nothing is run.

export function wordsOf(command: string): string[] {
  return isCmd(command) ? cmdWords(command) : bashWords(command);
}

/** Browsers copy "as cURL (cmd)" with ^ before quotes and line ends. */
function isCmd(command: string): boolean {
  return /\^\r?\n|\^"/.test(command) && !/\\\r?\n/.test(command);
}

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t', a: '\x07', b: '\b', f: '\f', v: '\v', e: '\x1b', '0': '\0', '\\': '\\', "'": "'", '"': '"', '?': '?' };

function bashWords(command: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let i = 0;
  const add = (text: string) => (word = (word ?? '') + text);
  const ansi = (): void => {
    add('');
    while (i < command.length && command[i] !== "'") {
      if (command[i] !== '\\') {
        add(command[i++] ?? '');
        continue;
      }
      const code = /^\\(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|x([0-9a-fA-F]{1,2})|([0-7]{1,3}))/.exec(command.slice(i, i + 10));
      if (code) {
        const n = code[4] !== undefined ? parseInt(code[4], 8) : parseInt(code[1] ?? code[2] ?? code[3] ?? '', 16);
        add(n <= 0x10ffff ? String.fromCodePoint(n) : '');
        i += code[0].length;
      } else {
        const c = command[i + 1] ?? '';
        add(escapes[c] ?? `\\${c}`);
        i += 2;
      }
    }
    i++;
  };
  while (i < command.length) {
    const c = command[i] ?? '';
    if (c === '\\') {
      // A line end may have been copied with spaces in front of it.
      const lineEnd = /^\\[ \t]*\r?\n/.exec(command.slice(i, i + 200));
      if (lineEnd) i += lineEnd[0].length;
      else {
        add(command[i + 1] ?? '');
        i += 2;
      }
    } else if (c === "'") {
      const end = command.indexOf("'", i + 1);
      add(command.slice(i + 1, end < 0 ? undefined : end));
      i = end < 0 ? command.length : end + 1;
    } else if (c === '"') {
      add('');
      for (i++; i < command.length && command[i] !== '"'; i++) {
        if (command[i] !== '\\') add(command[i] ?? '');
        else if ('"\\$`'.includes(command[i + 1] ?? ' ')) add(command[++i] ?? '');
        else if (command[i + 1] === '\n') i++;
        else add('\\');
      }
      i++;
    } else if (command.startsWith("$'", i)) {
      i += 2;
      ansi();
    } else if (command.startsWith('$"', i)) i++;
    else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      i++;
      if (c === '\n' && words.length > 0) break;
    } else if ((c === ';' || c === '|' || (c === '&' && word === undefined)) && (word === undefined || c !== '&')) break;
    else {
      add(c);
      i++;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

function cmdWords(command: string): string[] {
  // First the carets of cmd.exe, then the quotes as a program's start-up code reads them.
  const line = command.replace(/\^(\r?\n)(\r?\n)?/g, (_, __, second: string | undefined) => (second ? '\n' : ' ')).replace(/\^(.)/g, '$1');
  const words: string[] = [];
  let word: string | undefined;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i] ?? '';
    if (c === '\\') {
      const slashes = /^\\+/.exec(line.slice(i))?.[0].length ?? 1;
      const quote = line[i + slashes] === '"';
      word = (word ?? '') + '\\'.repeat(quote ? Math.floor(slashes / 2) : slashes) + (quote && slashes % 2 === 1 ? '"' : '');
      i += slashes - 1 + (quote && slashes % 2 === 1 ? 1 : 0);
    } else if (c === '"') {
      if (quoted && line[i + 1] === '"') {
        word = `${word ?? ''}"`;
        i++;
      } else quoted = !quoted;
      word ??= '';
    } else if (!quoted && /\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      if (c === '\n' && words.length > 0) break;
    } else word = (word ?? '') + c;
  }
  if (word !== undefined) words.push(word);
  return words;
}

/** A word as bash reads it back. */
export function shellQuoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
