// Entries of the ledger for tests and measurements.
import type { LedgerEntry } from '../../src/accounting/ledger/entry.ts';

/** An entry; what is not said is usual. */
export function ledgerEntry(more: Partial<LedgerEntry> = {}): LedgerEntry {
  const startedAtMs = more.started_at_ms ?? 1_790_000_000_000;
  return {
    started_at_ms: startedAtMs, row_id: crypto.randomUUID(), request_id: 'request', call_type: 'acompletion', api_key: 'a'.repeat(64), user_id: 'ann', team_id: 'core', organization_id: 'org',
    end_user: 'customer', model: 'openai/gpt-4o-mini', model_id: 'deployment-1', model_group: 'gpt-4o-mini', provider: 'openai', api_base: 'https://api.openai.com/v1',
    spend_nano_usd: 1_500, prompt_tokens: 10, completion_tokens: 5, total_tokens: 15, cache_read_tokens: 2, cache_write_tokens: 0,
    ended_at_ms: startedAtMs + 250, first_byte_at_ms: startedAtMs + 200, status: 'success', http_status: 200, cache_hit: 0, requester_address: '10.0.0.1',
    request_tags: ['blue'], metadata: {}, fields: {}, ...more,
  };
}
