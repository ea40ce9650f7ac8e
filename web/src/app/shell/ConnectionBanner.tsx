// Says that the gateway or its database is away, and has everything loaded anew when it is back.
import { PlugZap } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useQuery } from '@tanstack/react-query';
import { checkSession } from '../session.ts';
import { gateway, queries } from '../../api/gateway.ts';
import { notify } from '../announce.ts';
import { shared } from '../../i18n/shared-strings.ts';

const lost = 'disconnected';
const relaxedMs = 15_000;
const worriedMs = 2_000;

/** Takes no place while all is well. */
export function ConnectionBanner() {
  const strings = shared.use();
  const { data, isError } = useQuery({
    queryKey: ['liveness'], queryFn: async ({ signal }) => (await gateway.system.readiness(signal)).db ?? '', retry: false, staleTime: 0,
    refetchInterval: ({ state }) => (state.status === 'error' || state.data === lost ? worriedMs : relaxedMs),
  });
  const away = isError ? 'gateway' : data === lost ? 'database' : null;
  const wasAway = useRef<typeof away>(null);
  useEffect(() => {
    if (wasAway.current !== null && away === null) {
      notify(wasAway.current === 'gateway' ? strings.states.back : strings.states.databaseBack);
      checkSession();
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'liveness' });
    }
    wasAway.current = away;
  }, [away, strings]);
  if (away === null) return null;
  return (
    <div className="connection-banner" role="alert">
      <PlugZap aria-hidden size={16} />
      <span>{away === 'gateway' ? strings.states.offline : strings.states.databaseAway}</span>
    </div>
  );
}
