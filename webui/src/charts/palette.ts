export type Scheme = 'light' | 'dark';

/** Colours of lines by what they mean; each has 3:1 or more against its background. */
const LINES = {
  light: { blue: '#1864ab', teal: '#087f6b', orange: '#b45309', purple: '#7c3aad', red: '#b3201f', grey: '#5c6370', yellow: '#8a6d00', pink: '#b0307a' },
  dark: { blue: '#74c0fc', teal: '#63e6be', orange: '#ffa94d', purple: '#d0a9f5', red: '#ff8787', grey: '#adb5bd', yellow: '#ffe066', pink: '#faa2c1' },
} as const;

export type ColorName = keyof (typeof LINES)['light'];

const FRAMES = {
  light: { text: '#495057', grid: '#e2e5e9', ground: '#ffffff', mark: '#212529' },
  dark: { text: '#c1c2c5', grid: '#3b3e44', ground: '#242424', mark: '#f1f3f5' },
} as const;

export const CYCLE: ColorName[] = ['blue', 'orange', 'teal', 'purple', 'yellow', 'pink', 'grey', 'red'];

export function lineColor(name: ColorName, scheme: Scheme): string {
  return LINES[scheme][name];
}

export function frameColors(scheme: Scheme): { text: string; grid: string; ground: string; mark: string } {
  return FRAMES[scheme];
}

// Samples of viridis, in equal steps: even steps look even, also to the colour-blind.
const VIRIDIS: [number, number, number][] = [
  [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141],
  [39, 173, 129], [92, 200, 99], [170, 220, 50], [253, 231, 37],
];

/** The colour of a share of the most, 0–1: many stand out from the background of the scheme. */
export function heatColor(share: number, scheme: Scheme): [number, number, number] {
  const clamped = Math.min(1, Math.max(0, share));
  // The darkest fifth would vanish on dark, the lightest tenth on white.
  const at = scheme === 'dark' ? 0.18 + clamped * 0.82 : 0.92 - clamped * 0.92;
  const place = at * (VIRIDIS.length - 1);
  const i = Math.min(VIRIDIS.length - 2, Math.floor(place));
  const a = VIRIDIS[i] as [number, number, number];
  const b = VIRIDIS[i + 1] as [number, number, number];
  const mix = (k: 0 | 1 | 2) => Math.round(a[k] + (b[k] - a[k]) * (place - i));
  return [mix(0), mix(1), mix(2)];
}

/** heatColor in 256 steps, as pixels of an ImageData (RGBA, little-endian). */
export function heatPixels(scheme: Scheme): Uint32Array {
  const pixels = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    const [r, g, b] = heatColor(i / 255, scheme);
    pixels[i] = ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
  }
  return pixels;
}
