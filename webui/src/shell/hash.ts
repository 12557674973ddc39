/** The path and the query of a hash such as "#/runs?plan=shop". */
export function splitHash(hash: string): { path: string; search: string } {
  const text = hash.replace(/^#?\/?/, '');
  const at = text.indexOf('?');
  return at < 0 ? { path: `/${text}`, search: '' } : { path: `/${text.slice(0, at)}`, search: text.slice(at + 1) };
}
