import type { ScriptInfo } from '@/api/types';

/** A library in the list; file is its path below scripts/, that of a shipped one its name. */
export interface Library extends ScriptInfo {
  file: string;
}

export interface Folder {
  /** Empty: the top. */
  name: string;
  libraries: Library[];
}

/** scripts/shop/cart.lua → shop/cart.lua; jwt → jwt. */
export function fileOf(path: string): string {
  return path.replace(/^scripts\//, '');
}

/** Where the page shows a script. */
export function routeOf(file: string): string {
  return `/scripts/${file.split('/').map(encodeURIComponent).join('/')}`;
}

/** Libraries of one source by folder, folders and names in order. */
export function foldersOf(scripts: readonly ScriptInfo[], source: ScriptInfo['source'], filter = ''): Folder[] {
  const folders = new Map<string, Library[]>();
  for (const script of scripts) {
    const file = fileOf(script.path);
    if (script.source !== source || !file.toLowerCase().includes(filter.trim().toLowerCase())) continue;
    const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
    folders.set(folder, [...(folders.get(folder) ?? []), { ...script, file }]);
  }
  return [...folders.entries()]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([name, libraries]) => ({ name, libraries: libraries.sort((a, b) => requireName(a.file).localeCompare(requireName(b.file))) }));
}

/** What require calls it: shop/cart.lua → shop.cart. */
export function requireName(file: string): string {
  return file.replace(/\.lua$/, '').replaceAll('/', '.');
}

export function isTest(file: string): boolean {
  return file.endsWith('_test.lua');
}

/** The file with the tests of a library; a test is its own. */
export function testOf(file: string): string {
  return isTest(file) ? file : `${file.replace(/\.lua$/, '')}_test.lua`;
}

/** A name as somebody typed it, as a file below scripts/; undefined: it can be none. */
export function fileFor(typed: string): string | undefined {
  const name = typed.trim().replace(/^scripts\//, '').replace(/\.lua$/, '');
  return /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+)*$/.test(name) ? `${name}.lua` : undefined;
}
