// People by their names, where only ids are known.
import { useQuery } from '@tanstack/react-query';
import { gateway } from '../api/gateway.ts';
import { shared } from '../i18n/shared-strings.ts';
import { useDatabase, useIsAdmin } from '../app/session.ts';

const most = 100;
/** The user under which the master key and its things are kept, as in LiteLLM. */
const masterUser = 'default_user_id';

/** Gives the name of a person by the id; the id itself where no name is known. */
export function usePersonName(): (id: string) => string {
  const { masterKey } = shared.use();
  const isAdmin = useIsAdmin();
  const enabled = useDatabase() && isAdmin;
  const { data } = useQuery({
    queryKey: ['people-names'], enabled, retry: false, staleTime: 60_000,
    queryFn: async ({ signal }) => new Map((await gateway.users.list({ size: most }, signal)).items.map(({ user_id: id, user_alias: alias, user_email: email }) => [id, alias || email || id])),
  });
  return (id) => (id === masterUser ? masterKey : data?.get(id) ?? id);
}
