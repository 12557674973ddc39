import { useQuery } from '@tanstack/react-query';
import { queries } from '@/api/queries';
import type { LuaApi } from '@/api/types';
import { NOTHING_KNOWN } from './host';

/** What scripts can call. Without an answer of the master completion knows locals only. */
export function useLuaApi(): LuaApi {
  return useQuery(queries.luaApi()).data ?? NOTHING_KNOWN;
}
