/** Bytes in a line of hex. */
export const HEX_WIDTH = 16;

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** One line: where it begins, its bytes, and what of it is ASCII. */
export function hexLine(bytes: Uint8Array, line: number): string {
  const start = line * HEX_WIDTH;
  const part = [...bytes.subarray(start, start + HEX_WIDTH)];
  const hex = part.map((b) => b.toString(16).padStart(2, '0'));
  const halves = [hex.slice(0, 8).join(' '), hex.slice(8).join(' ')].join('  ').padEnd(HEX_WIDTH * 3);
  const ascii = part.map((b) => (b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '.')).join('');
  return `${start.toString(16).padStart(8, '0')}  ${halves} |${ascii}|`;
}
