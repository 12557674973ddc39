import { describe, expect, it } from 'vitest';
import { dark, light, type Palette } from './colours';

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => {
    const c = parseInt(colour.slice(i, i + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const texts: (keyof Palette)[] = ['text', 'dimmed', 'keyword', 'string', 'number', 'comment', 'name', 'property', 'template', 'error', 'warning'];
const grounds: (keyof Palette)[] = ['ground', 'activeLine', 'selection', 'panel'];

describe.each([['light', light], ['dark', dark]] as const)('colours of the %s editor', (_name, palette) => {
  it('can be read on every ground', () => {
    const poor: string[] = [];
    for (const text of texts)
      for (const ground of grounds) {
        const ratio = contrast(String(palette[text]), String(palette[ground]));
        if (ratio < 4.5) poor.push(`${text} on ${ground}: ${ratio.toFixed(2)}`);
      }
    expect(poor).toEqual([]);
  });

  it('can be read in gutters, matches and the chosen completion', () => {
    expect(contrast(palette.gutterText, palette.gutter)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.text, palette.match)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.chosenText, palette.chosen)).toBeGreaterThanOrEqual(4.5);
  });
});
