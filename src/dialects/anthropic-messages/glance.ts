// A look at events that pass unchanged: usage, stop reason, end and errors, without translating.
import type { Glance, Glancer } from '../dialect.ts';
import type { JsonObject } from '../../lib/json.ts';
import { objectAt, stringAt } from '../../lib/json.ts';
import { mergeUsage, readUsage } from './usage.ts';
import { readError } from './fault.ts';

/** A glancer for one stream. It remembers the counts of `message_start`: `message_delta` may tell only the output's. */
export function createGlancer(): Glancer {
  let counts: JsonObject = {};
  const withUsage = (update: JsonObject | undefined): Glance => {
    if (!update) return {};
    counts = mergeUsage(counts, update);
    return { usage: readUsage(counts) };
  };
  return (json) => {
    switch (json?.['type']) {
      case 'message_start': return withUsage(objectAt(objectAt(json, 'message'), 'usage'));
      case 'content_block_start': return objectAt(json, 'content_block')?.['type'] === 'text' ? {} : { content: true };
      case 'content_block_delta': return { content: true };
      case 'message_delta': {
        const result = withUsage(objectAt(json, 'usage'));
        const reason = stringAt(objectAt(json, 'delta'), 'stop_reason');
        if (reason !== undefined) result.finishReason = reason;
        return result;
      }
      case 'message_stop': return { terminal: true };
      case 'error': return { fault: readError(json) };
      default: return json && objectAt(json, 'error') ? { fault: readError(json) } : {};
    }
  };
}
