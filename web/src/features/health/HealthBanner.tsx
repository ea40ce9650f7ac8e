// Says what is not reachable. Takes no place while all is well.
import { PlugZap } from 'lucide-react';
import { useStrings } from '../../app/preferences.ts';
import { useObservable } from '../../lib/observable.ts';
import { health } from './health.ts';

/** The banner under the header. */
export function HealthBanner() {
  const strings = useStrings();
  const state = useObservable(health, (value) => value);
  if (state === 'up' || state === 'unknown') return null;
  return (
    <div className="health-banner" data-state={state}>
      <PlugZap aria-hidden size={16} />
      <span>{strings.health[state]}</span>
    </div>
  );
}
