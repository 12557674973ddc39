/** The path of a sparkline from 0 to the most; gaps where nothing is known. */
export function sparkPath(values: ArrayLike<number>, width: number, height: number): string {
  let most = 0;
  for (let i = 0; i < values.length; i++) if ((values[i] as number) > most) most = values[i] as number;
  const x = values.length > 1 ? width / (values.length - 1) : 0;
  const scale = most > 0 ? (height - 2) / most : 0;
  let path = '';
  let down = false;
  for (let i = 0; i < values.length; i++) {
    const v = values[i] as number;
    if (Number.isNaN(v)) {
      down = false;
      continue;
    }
    path += `${down ? 'L' : 'M'}${(i * x).toFixed(1)} ${(height - 1 - v * scale).toFixed(1)}`;
    down = true;
  }
  return path;
}
