import { useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '@/api/client';
import { queries, useSession } from '@/api/queries';

/** Ends the session of this browser, and forgets what the master said in it; undefined: there is none to end. */
export function useLogout(): { logout: () => void; busy: boolean; error: Error | null } | undefined {
  const client = useQueryClient();
  const session = useSession().data;
  const ending = useMutation({
    mutationFn: () => call('/logout', { method: 'POST' }),
    onSuccess: () => {
      const { queryKey } = queries.session();
      client.setQueryData(queryKey, (known) => known && { ...known, logged_in: false });
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== queryKey[0] });
    },
  });
  if (!session?.auth || !session.logged_in) return undefined;
  return { logout: ending.mutate, busy: ending.isPending, error: ending.error };
}
