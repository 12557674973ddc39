export type Change = 'new' | 'changed' | 'gone' | 'same';

export interface VariableRow {
  name: string;
  before?: string;
  after?: string;
  change: Change;
}

const ORDER: Change[] = ['new', 'changed', 'gone', 'same'];

/** Variables before and after, those that changed first. */
export function compareVariables(before: Record<string, string>, after: Record<string, string>): VariableRow[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const rows = names.map((name): VariableRow => {
    const [was, is] = [before[name], after[name]];
    const change = was === undefined ? 'new' : is === undefined ? 'gone' : was === is ? 'same' : 'changed';
    return { name, before: was, after: is, change };
  });
  return rows.sort((a, b) => ORDER.indexOf(a.change) - ORDER.indexOf(b.change) || a.name.localeCompare(b.name));
}
