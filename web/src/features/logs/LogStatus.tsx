// Whether a request was answered, and by whom when it was the cache.
import { Badge } from '../../ui/Badge.tsx';
import { hasFailed } from './log-query.ts';
import { logsStrings } from './logs-strings.ts';
import type { SpendLog } from '../../../../client/index.ts';

/** See the top of the file. */
export function LogStatus({ log }: { log: SpendLog }) {
  const strings = logsStrings.use();
  if (hasFailed(log)) {
    const error = errorOf(log);
    // The status of a stream was sent before it broke: it says nothing of how it ended.
    const ending = error?.type === 'client_left' ? strings.clientLeft : error?.code === '200' ? strings.brokenOff : error?.code;
    return <Badge tone={error?.type === 'client_left' ? 'warning' : 'bad'}>{ending ?? strings.failure}</Badge>;
  }
  return <Badge tone="good">{log.cache_hit === 'True' || log.cache_hit === 'true' ? strings.cacheHit : strings.success}</Badge>;
}

/** What is known of the failure of a request. */
export function errorOf(log: SpendLog): { code: string | null; type: string | null; message: string | null } | null {
  const error = log.metadata?.['error_information'];
  if (typeof error !== 'object' || error === null) return null;
  const text = (name: string): string | null => {
    const value = (error as Record<string, unknown>)[name];
    return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : null;
  };
  return { code: text('error_code'), type: text('error_class'), message: text('error_message') };
}
