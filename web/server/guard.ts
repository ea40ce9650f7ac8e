// Decides whether a request may come in at all. The service has no sign-in: what protects it from other web pages in
// the reader's browser is that it answers only under its own names (DNS rebinding) and only to its own page (CSRF).

/** A reason to refuse, for the answer's text; null when the request may pass. */
export function refusal(request: Request, allowedHosts: readonly string[]): string | null {
  const host = request.headers.get('host') ?? '';
  if (!hostAllowed(host, allowedHosts)) return 'This host name is not allowed; see --allow-host';
  const site = request.headers.get('sec-fetch-site');
  const reading = request.method === 'GET' || request.method === 'HEAD';
  if (reading && (site === 'none' || request.headers.get('sec-fetch-mode') === 'navigate')) return null;
  if (site !== null && site !== 'same-origin' && site !== 'none') return 'Requests from other pages are not allowed';
  const origin = request.headers.get('origin');
  if (origin !== null && hostOfOrigin(origin) !== host.toLowerCase()) return 'Requests from other pages are not allowed';
  return null;
}

// An attacker's page can make its own *name* point to this machine, but it cannot make its origin an IP address
// or localhost: those are always ours.
function hostAllowed(host: string, allowedHosts: readonly string[]): boolean {
  if (/^\[[0-9a-f:.]+\](:\d+)?$/i.test(host)) return true;
  const match = /^([a-z0-9._-]+)(:\d+)?$/i.exec(host);
  const name = match?.[1]?.toLowerCase();
  if (!name) return false;
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(name) || name === 'localhost' || name.endsWith('.localhost') || allowedHosts.includes(name);
}

// `null` (sandboxed pages, files) stays as it is and matches no host.
function hostOfOrigin(origin: string): string {
  return origin.replace(/^https?:\/\//, '').toLowerCase();
}
