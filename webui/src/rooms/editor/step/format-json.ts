/** JSON with two spaces per level; placeholders stand where they stood. undefined: it is none. */
export function formatJson(text: string): string | undefined {
  const held: string[] = [];
  const mark = (i: number) => `"\u0001${i}\u0001"`;
  // Outside of texts a placeholder is no JSON, and a number would lose how it is written.
  const plain = text.replace(/"(?:[^"\\]|\\.)*"|\{\{.*?\}\}|-?\d[\d.eE+-]*/g, (found) => {
    if (found.startsWith('"')) return found;
    held.push(found);
    return mark(held.length - 1);
  });
  try {
    return JSON.stringify(JSON.parse(plain), null, 2).replace(/"(?:\\u0001|\u0001)(\d+)(?:\\u0001|\u0001)"/g, (_, i: string) => held[Number(i)] ?? '');
  } catch {
    return undefined;
  }
}
