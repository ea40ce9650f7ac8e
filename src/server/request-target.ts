// The one parsed path on which both the permission and the handler are decided. Bun puts `request.url` together from the Host header,
// so a Host such as `a/#@x` would change what the path is: such hosts are refused before anything else.

/** The path and query of a request, or null when its Host is not a host. */
export function requestTarget(request: Request): { path: string; query: string } | null {
  const host = request.headers.get('host');
  if (host !== null && !validHost.test(host)) return null;
  const { url } = request;
  const start = url.indexOf('/', url.indexOf('://') + 3);
  if (start === -1) return { path: '/', query: '' };
  const mark = url.indexOf('?', start);
  return mark === -1 ? { path: url.slice(start), query: '' } : { path: url.slice(start, mark), query: url.slice(mark + 1) };
}

const validHost = /^(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;
