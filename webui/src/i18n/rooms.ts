/** The texts of one language by room, out of its files: ./locales/<language>/<room>.ts. */
export function rooms(files: Record<string, { default: object }>): Record<string, object> {
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [path.replace(/^.*\/|\.ts$/g, ''), file.default]));
}
