// Whether a key may call now.
import { Badge } from '../../ui/Badge.tsx';
import { keysStrings } from './keys-strings.ts';
import { timeOf } from '../../lib/numbers.ts';
import type { VirtualKey } from '../../../../client/index.ts';

/** See the top of the file. */
export function KeyStatus({ vkey }: { vkey: VirtualKey }) {
  const strings = keysStrings.use();
  const expires = timeOf(vkey.expires);
  if (vkey.blocked) return <Badge tone="bad">{strings.blocked}</Badge>;
  if (expires && expires.getTime() < Date.now()) return <Badge tone="warning">{strings.expired}</Badge>;
  return <Badge tone="good">{strings.active}</Badge>;
}
