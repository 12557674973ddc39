/** Bodies longer than this are shown in part until somebody asks for all. */
export const SHOWN_AT_FIRST = 256 * 1024;

export type View = 'tree' | 'preview' | 'raw' | 'hex';

/** How a body can be shown, the best way first. */
export function viewsOf(type: string, text: string | undefined): View[] {
  if (text === undefined) return ['hex'];
  if (/[/+]json\b/i.test(type) || /^\s*[{[]/.test(text.slice(0, 100))) return ['tree', 'raw'];
  if (/html|xml/i.test(type)) return ['raw', 'preview'];
  return ['raw'];
}

/** What a reader of a page sees, without running or loading anything of it. */
export function readableText(page: string): string {
  const document = new DOMParser().parseFromString(page, 'text/html');
  for (const hidden of document.querySelectorAll('script, style, noscript, template')) hidden.remove();
  for (const block of document.querySelectorAll('p, div, li, tr, br, h1, h2, h3, h4, h5, h6, option, title, section')) block.append('\n');
  return (document.documentElement.textContent ?? '').replace(/[ \t]+/g, ' ').replace(/ ?\n[ \n]*/g, '\n').trim();
}

const EXTENSIONS: [RegExp, string][] = [[/json/i, 'json'], [/html/i, 'html'], [/xml/i, 'xml'], [/^text\//i, 'txt'], [/png/i, 'png'], [/jpe?g/i, 'jpg'], [/pdf/i, 'pdf']];

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
