import { expect, it } from 'vitest';
import { bytesOf, hexLine } from './hex';

it('writes lines as hexdump -C does', () => {
  const bytes = bytesOf(btoa('\x00PNG\r\n 0123456789abc'));
  expect(hexLine(bytes, 0)).toBe('00000000  00 50 4e 47 0d 0a 20 30  31 32 33 34 35 36 37 38 |.PNG.. 012345678|');
  expect(hexLine(bytes, 1)).toBe(`00000010  39 61 62 63${' '.repeat(37)} |9abc|`);
});
