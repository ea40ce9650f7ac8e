// The one parsed path on which both the permission and the handler are decided. No address is put together from the Host header; a Host
// that is no host name is refused all the same, since somebody behind may do that.
import type { IncomingRequest } from '../http/incoming.ts';

/** The path and query of a request, or null when its Host is not a host. */
export function requestTarget({ headers, target }: IncomingRequest): { path: string; query: string } | null {
  const host = headers.get('host');
  if (host !== null && !validHost.test(host)) return null;
  const mark = target.indexOf('?');
  return mark === -1 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

const validHost = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
