import { DEFAULT_THEME, defaultCssVariablesResolver, luminance, mergeMantineTheme } from '@mantine/core';
import { expect, it } from 'vitest';
import { cssVariables, themeWith } from './theme';

const theme = mergeMantineTheme(DEFAULT_THEME, themeWith({ close: '' }));
const mantine = defaultCssVariablesResolver(theme);
const own = cssVariables(theme);

/** The colour that a variable has in the end. */
function colour(scheme: 'light' | 'dark', name: `--${string}`): string {
  const value = own[scheme][name] ?? own.variables[name] ?? mantine[scheme][name] ?? mantine.variables[name] ?? '';
  const other = /^var\(--([\w-]+)\)$/.exec(value)?.[1];
  return other ? colour(scheme, `--${other}`) : value;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

const SCHEMES = ['light', 'dark'] as const;
const COLOURS = ['teal', 'red', 'orange', 'yellow', 'green', 'blue', 'gray'];

// Subtle and light buttons, and badges: at rest, and under the pointer.
it.each(SCHEMES.flatMap((scheme) => COLOURS.map((name) => [scheme, name] as const)))('%s: text in %s can be read on its own tints', (scheme, name) => {
  const text = colour(scheme, `--mantine-color-${name}-light-color`);
  for (const ground of [`--mantine-color-${name}-light`, `--mantine-color-${name}-light-hover`, '--mantine-color-body'] as const) {
    expect(contrast(text, colour(scheme, ground)), `${text} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  }
});

// What a field says while it is empty is often what holds then.
it.each([['light', '--mantine-color-white'], ['dark', '--mantine-color-dark-6']] as const)('%s: what an empty field says can be read', (scheme, ground) => {
  expect(contrast(colour(scheme, '--mantine-color-placeholder'), colour(scheme, ground))).toBeGreaterThanOrEqual(4.5);
});
