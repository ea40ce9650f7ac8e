// Says that the gateway is away, and has everything loaded anew when it is back.
import { PlugZap } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useQuery } from '@tanstack/react-query';
import { checkSession } from '../session.ts';
import { gateway, queries } from '../../api/gateway.ts';
import { notify } from '../announce.ts';
import { shared } from '../../i18n/shared-strings.ts';

const relaxedMs = 15_000;
const worriedMs = 2_000;

/** Takes no place while all is well. */
export function ConnectionBanner() {
  const strings = shared.use();
  const { isError } = useQuery({
    queryKey: ['liveness'], queryFn: async ({ signal }) => { await gateway.system.liveness(signal); return true; }, retry: false, staleTime: 0,
    refetchInterval: ({ state }) => (state.status === 'error' ? worriedMs : relaxedMs),
  });
  const wasAway = useRef(false);
  useEffect(() => {
    if (wasAway.current && !isError) {
      notify(strings.states.back);
      checkSession();
      void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'liveness' });
    }
    wasAway.current = isError;
  }, [isError, strings]);
  if (!isError) return null;
  return (
    <div className="connection-banner" role="alert">
      <PlugZap aria-hidden size={16} />
      <span>{strings.states.offline}</span>
    </div>
  );
}
