/** Distances between ticks of a time axis, in seconds. */
export const TIME_STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

/** Half of the widest label, in pixels: what is nearer to the end of the axis would be cut. */
const EDGE = 26;
/** Room beside the axis, which a label may reach into. */
export const MARGIN = 14;

/** The ticks of a time axis: round times, not nearer than the given count of pixels. */
export function timeTicks(from: number, to: number, pixels: number, nearest = 80): number[] {
  if (!(to > from) || pixels <= 0) return [];
  const least = ((to - from) / pixels) * nearest;
  const step = TIME_STEPS.find((s) => s >= least) ?? Math.ceil(least / 86_400) * 86_400;
  const ticks: number[] = [];
  const last = to - ((to - from) / pixels) * (EDGE - MARGIN);
  for (let t = Math.ceil(from / step) * step; t <= last; t += step) ticks.push(t);
  return ticks;
}

/** Limits of a linear value axis from 0: a tenth of headroom, and never less than the floor high. */
export function valueRange(high: number | null, floor = 1): [number, number] {
  return [0, Math.max(floor, Number.isFinite(high) ? (high ?? 0) * 1.1 : 0)];
}

/** Limits of a logarithmic value axis: whole powers of ten around what is there. */
export function logRange(low: number | null, high: number | null): [number, number] {
  const least = low !== null && low > 0 ? low : 1;
  const most = high !== null && high > least ? high : least * 10;
  return [10 ** Math.floor(Math.log10(least)), 10 ** Math.ceil(Math.log10(most * 1.01))];
}

/** Powers of ten between two limits. */
export function logTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let p = Math.ceil(Math.log10(low) - 1e-9); p <= Math.log10(high) + 1e-9; p++) ticks.push(10 ** p);
  return ticks;
}
