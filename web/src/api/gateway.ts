// The page's way to the management API. The browser adds the session's cookie by itself; the header says that the call is the page's own.
import { GatewayError, ManagementClient } from '../../../client/index.ts';
import { QueryClient } from '@tanstack/react-query';

/** The management API. */
export const gateway = new ManagementClient({ headers: { 'x-weir-session': '1' } });

/** Headers with which the page calls routes that the management client does not know. */
export const pageHeaders: Readonly<Record<string, string>> = { 'x-weir-session': '1' };

/** What was asked for, kept for a while. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always', staleTime: 10_000, refetchOnWindowFocus: true,
      // What the gateway refuses it will refuse again; what was not reached may be there in a moment.
      retry: (count, error) => count < 2 && error instanceof GatewayError && (error.kind === 'connection' || error.kind === 'timeout'),
      retryDelay: (attempt) => 500 * 2 ** attempt,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

/** The failure of a page that needs a database where there is none; nothing is asked then. */
export const withoutDatabase = new GatewayError('This needs a database.', { kind: 'upstream' });

/** Whether a call failed because this installation has no database. */
export function isWithoutDatabase(error: unknown): boolean {
  return error instanceof GatewayError && /no database is connected|no connected db|needs a database/i.test(error.message);
}

/** Whether a call failed because the sign-in has ended. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof GatewayError && error.status === 401 && /session|no api key/i.test(error.message);
}

/** Whether the reader may not see this. */
export function isForbidden(error: unknown): boolean {
  return error instanceof GatewayError && (error.kind === 'permission' || /only proxy admin/i.test(error.message));
}

/** A failure in the gateway's own words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
