// Who is signed in.
import { gateway, queries } from '../api/gateway.ts';
import { useQuery } from '@tanstack/react-query';
import type { SessionInfo } from '../../../client/index.ts';

const sessionKey = ['session'] as const;

/** Who is signed in; undefined while that is being asked. */
export function useSession() {
  return useQuery({ queryKey: sessionKey, queryFn: ({ signal }) => gateway.session.show(signal), staleTime: 60_000, refetchInterval: 60_000, retry: 20, retryDelay: 1_500 });
}

/** Whether the reader administers the gateway. */
export function useIsAdmin(): boolean {
  const role = useSession().data?.role;
  return role === 'proxy_admin' || role === 'proxy_admin_viewer';
}

/** Whether the reader came with the master key itself. */
export const hasMasterKey = (session: SessionInfo | undefined): boolean => session?.method === 'key' && session.user_id === 'default_user_id' && !session.key_hash;

/** Asks anew who is signed in: something hints at a change. */
export function checkSession(): void {
  void queries.invalidateQueries({ queryKey: sessionKey });
}

/** Whether this installation keeps keys, logs and usage. */
export function useDatabase(): boolean {
  return useSession().data?.database ?? false;
}

/** Signs out and forgets everything that was loaded. */
export async function signOut(): Promise<void> {
  await gateway.session.end();
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  // Whoever signed out is not led back in at once.
  const before = queries.getQueryData<SessionInfo>(sessionKey);
  queries.setQueryData<SessionInfo>(sessionKey, { signed_in: false, methods: { ...(before?.methods ?? { password: true, sso: [] }), redirect: false } });
}
