import { bytesOf } from './hex';

/** Bodies longer than this are shown in part until somebody asks for all. */
export const SHOWN_AT_FIRST = 256 * 1024;

export type View = 'tree' | 'image' | 'preview' | 'raw' | 'hex';

/** A body as it can be shown: its text where it is one, else its bytes. */
export interface Content {
  text?: string;
  bytes?: Uint8Array<ArrayBuffer>;
  /** The encoding that its bytes were read in, where it is not plain UTF-8. */
  charset?: string;
  /** Some bytes do not belong to that encoding. */
  broken?: boolean;
}

const TEXT = /^\s*text\/|[/+](json|xml|javascript|yaml|x-www-form-urlencoded|x-ndjson)\b/i;
/** How much of a page is searched for its own word about its encoding, in bytes. */
const HEAD = 2048;

function charsetIn(text: string): string | undefined {
  return /charset\s*=\s*["']?([\w.:-]+)/i.exec(text)?.[1];
}

/** The text of bytes that a type calls text, in the encoding that type or page names; undefined: they are none. */
function decoded(bytes: Uint8Array<ArrayBuffer>, type: string): Content | undefined {
  const named = charsetIn(type);
  if (!named && !TEXT.test(type)) return undefined;
  const page = /html|xml/i.test(type) ? new TextDecoder('latin1').decode(bytes.subarray(0, HEAD)) : '';
  const charset = named ?? charsetIn(page) ?? /encoding\s*=\s*["']([\w.:-]+)/.exec(page)?.[1] ?? 'utf-8';
  try {
    const text = new TextDecoder(charset).decode(bytes);
    const broken = text.includes('\ufffd');
    return { text, bytes, charset: broken || !/^utf-?8$/i.test(charset) ? charset.toLowerCase() : undefined, broken };
  } catch {
    return { text: new TextDecoder().decode(bytes), bytes, charset: 'utf-8', broken: true };
  }
}

/** What a body is made of; the master sends as Base64 what is not UTF-8. */
export function contentOf(type: string, body: string | undefined, base64: string | undefined): Content {
  if (!base64) return { text: body ?? '' };
  const bytes = bytesOf(base64);
  return decoded(bytes, type) ?? { bytes };
}

/** The images that a browser shows; an SVG within an image element runs and loads nothing. */
export function imageType(type: string): string | undefined {
  return /^\s*(image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon|svg\+xml))\b/i.exec(type)?.[1]?.toLowerCase();
}

/** How a body can be shown, the best way first. */
export function viewsOf(type: string, { text, bytes }: Content): View[] {
  const views: View[] = [];
  if (imageType(type)) views.push('image');
  if (text !== undefined) {
    if (/[/+]json\b/i.test(type) || /^\s*[{[]/.test(text.slice(0, 100))) views.push('tree');
    views.push('raw');
    if (/html|xml/i.test(type) && !imageType(type)) views.push('preview');
  }
  if (bytes) views.push('hex');
  return views;
}

/** About so many characters are laid out at once. */
const PIECE = 8 * 1024;

/** A text in pieces, cut after lines where that is possible: the browser lays out only those in sight. */
export function piecesOf(text: string, size = PIECE): string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + size);
    const line = text.lastIndexOf('\n', to - 1);
    if (to < text.length && line >= from) to = line + 1;
    else if (to < text.length && /[\ud800-\udbff]/.test(text[to - 1] ?? '')) to++;
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}

/** What a reader of a page sees, without running or loading anything of it. */
export function readableText(page: string): string {
  const document = new DOMParser().parseFromString(page, 'text/html');
  for (const hidden of document.querySelectorAll('script, style, noscript, template')) hidden.remove();
  for (const block of document.querySelectorAll('p, div, li, tr, br, h1, h2, h3, h4, h5, h6, option, title, section')) block.append('\n');
  return (document.documentElement.textContent ?? '').replace(/[ \t]+/g, ' ').replace(/ ?\n[ \n]*/g, '\n').trim();
}

const EXTENSIONS: [RegExp, string][] = [[/json/i, 'json'], [/html/i, 'html'], [/svg/i, 'svg'], [/xml/i, 'xml'], [/^text\//i, 'txt'], [/png/i, 'png'], [/jpe?g/i, 'jpg'], [/gif/i, 'gif'], [/webp/i, 'webp'], [/pdf/i, 'pdf']];

/** A file name for a body: the last part of its URL, with an extension of its type. */
export function fileName(url: string, type: string): string {
  const last = (url.split(/[?#]/)[0] ?? '').split('/').filter(Boolean).at(-1) ?? '';
  const name = /^[\w.-]+$/.test(last) ? last : 'body';
  const extension = EXTENSIONS.find(([pattern]) => pattern.test(type))?.[1] ?? 'bin';
  return /\.\w{1,5}$/.test(name) ? name : `${name}.${extension}`;
}

/** Hands a body to the browser as a file. */
export function download(content: string | Uint8Array<ArrayBuffer>, name: string): void {
  // Never the type of the response: nothing of it may open in this page's origin.
  const url = URL.createObjectURL(new Blob([content], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
