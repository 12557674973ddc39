/** What a line says to those who do not see it. */
export interface TrendFigures {
  now: number;
  min: number;
  max: number;
}

export function figures(values: readonly number[]): TrendFigures | null {
  const now = values.at(-1);
  if (now === undefined) return null;
  return { now, min: Math.min(...values), max: Math.max(...values) };
}

/** The upper end of an axis for values up to a highest one: room above it, and never nothing. */
export function ceiling(max: number, least: number): number {
  return Math.max(least, max * 1.1);
}

/** A line with what is below it, in a box; the newest value is at its right edge. */
export function areaPath(values: readonly number[], width: number, height: number, top: number, slots: number): { line: string; area: string } {
  const step = width / Math.max(1, slots - 1);
  const first = width - (values.length - 1) * step;
  const points = values.map((v, i) => `${(first + i * step).toFixed(1)} ${(height - (Math.min(v, top) / top) * height).toFixed(1)}`);
  const line = points.length > 0 ? `M${points.join('L')}` : '';
  return { line, area: line && `${line}L${width.toFixed(1)} ${height}L${first.toFixed(1)} ${height}Z` };
}
