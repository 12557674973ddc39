import type { LuaApi, LuaFunction } from '@/api/types';

export interface LuaGroup {
  name: string;
  functions: LuaFunction[];
}

/** What scripts can call, by library, as far as it has the text in its name or its description. */
export function groupsOf(api: LuaApi, filter: string, names: { hooks: string; functions: string }): LuaGroup[] {
  const wanted = filter.trim().toLowerCase();
  const fits = (f: LuaFunction) => wanted === '' || `${f.name} ${f.signature} ${f.doc}`.toLowerCase().includes(wanted);
  return [{ name: names.hooks, functions: api.hooks }, { name: names.functions, functions: api.functions }, ...api.libraries]
    .map(({ name, functions }) => ({ name, functions: functions.filter(fits) }))
    .filter((group) => group.functions.length > 0);
}
