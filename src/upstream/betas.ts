// The client's choice of Anthropic's beta features at a provider that has not all of them: what it does not know is left out and named.
import { sortBetas, type SortedBetas } from '../providers/anthropic-betas.ts';
import type { Call } from './call.ts';
import type { Lane } from '../routing/deployment.ts';

const longestSession = 256;
const none: SortedBetas = { sent: [], dropped: [], members: [] };

/** The client's beta words for this lane; null where they pass as they are. */
export function betasFor(call: Call, { betas }: Lane): SortedBetas | null {
  if (!betas) return null;
  const header = call.forwarded?.['anthropic-beta'];
  return header === undefined && call.inbound !== 'anthropic-messages' ? none : sortBetas(betas.table, header ?? '');
}

/** The headers of an attempt: the lane's, and the client's where the provider speaks its dialect. */
export function headersFor(call: Call, lane: Lane, betas: SortedBetas | null): Readonly<Record<string, string>> {
  const headers = withoutSession(call, lane, betas);
  const session = lane.sessionHeader === null ? null : call.session()?.replace(/[^\x21-\x7e]/g, '').slice(0, longestSession);
  return lane.sessionHeader !== null && session ? { ...headers, [lane.sessionHeader]: session } : headers;
}

function withoutSession(call: Call, lane: Lane, betas: SortedBetas | null): Readonly<Record<string, string>> {
  if (!call.forwarded || lane.outbound !== call.inbound) return lane.headers;
  if (!lane.betas || !betas) return { ...lane.headers, ...call.forwarded };
  return lane.betas.place === 'header' && betas.sent.length > 0 ? { ...lane.headers, 'anthropic-beta': betas.sent.join(',') } : lane.headers;
}
