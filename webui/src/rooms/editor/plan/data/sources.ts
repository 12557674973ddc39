import { parsePlan, type PlanDocument } from '@/plan';
import { freeName } from '../../actions';

/** The name of a source for a file: data/users.csv gives users, another one users2. */
export function nameFor(file: string, taken: readonly string[]): string {
  const stem = (file.split('/').at(-1) ?? '').replace(/\.[^.]*$/, '').replace(/[^\p{L}\p{N}_]+/gu, '_').replace(/^[_\d]+|_+$/g, '');
  return freeName(stem || 'rows', taken).replace(/ (\d+)$/, '$1');
}

/** Another source of rows. The words that a source has by default are left out. */
export function addSource(doc: PlanDocument, file: string): PlanDocument {
  return doc.set(['data', nameFor(file, doc.keys(['data']))], { file });
}

/** Another name for a source, and for it in all placeholders. Scripts are left as they are. */
export function renameSource(doc: PlanDocument, from: string, to: string): PlanDocument {
  const renamed = doc.rename(['data', from], to);
  if (renamed === doc) return doc;
  // Names of sources have no sign that means something in a pattern.
  return isSourceName(from) ? parsePlan(renamed.text.replace(new RegExp(`(\\{\\{\\s*)${from}(?=\\.)`, 'gu'), (_, open: string) => open + to)) : renamed;
}

/** Whether a name can be written in {{name.column}}. */
export function isSourceName(name: string): boolean {
  return /^[\p{L}_][\p{L}\p{N}_-]*$/u.test(name);
}

/** Whether rows can be read out of a file of this name. */
export function hasRows(path: string): boolean {
  return /\.(csv|json|jsonl)$/i.test(path);
}

/** How many of the files a glob matches: * within a folder, ** through folders, {a,b} either. */
export function matching(glob: string, files: readonly string[]): string[] {
  const source = glob.replace(/\*\*\/?|[*?{},]|[.+^$()|[\]\\]/g, (found) => {
    if (found === '**/') return '(?:.*/)?';
    if (found === '**') return '.*';
    if (found === '*') return '[^/]*';
    if (found === '?') return '[^/]';
    if (found === '{') return '(?:';
    if (found === '}') return ')';
    return found === ',' ? '|' : `\\${found}`;
  });
  try {
    const pattern = new RegExp(`^${source}$`);
    return files.filter((file) => pattern.test(file));
  } catch {
    return [];
  }
}
