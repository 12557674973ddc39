import { useQuery } from '@tanstack/react-query';
import { call } from '@/api/client';
import type { LuaApi } from '@/api/types';
import { NOTHING_KNOWN } from './lua/complete';

/** What scripts can call. Without an answer of the master completion knows locals only. */
export function useLuaApi(): LuaApi {
  const { data } = useQuery({ queryKey: ['lua-api'], queryFn: ({ signal }) => call<LuaApi>('/lua-api', { signal }), staleTime: 5 * 60_000 });
  return data ?? NOTHING_KNOWN;
}
