// What the ledger writes down about one request. The names are those of the columns, so that a line of the journal can be inserted as it is.
import type { JsonValue } from '../../config/tree.ts';

/** Content of a request, kept only when the operator asks for it. */
export interface LedgerPayload {
  readonly messages: JsonValue;
  readonly response: JsonValue;
  readonly proxy_server_request: JsonValue;
}

/** A budget against which a request counts, by the window in which it began: a row of `budget_spend`. */
export interface BudgetCharge {
  readonly scope: string;
  readonly scope_id: string;
  readonly budget_name: string;
  readonly window_started_at_ms: number;
}

/** How a refusal is written down. */
export type LimitRefusal = readonly [mode: 'enforced' | 'shadow', kind: string, id: string, rule: string, model: string | null];

/** One request. Times are milliseconds since 1970, money nano-dollars. */
export interface LedgerEntry {
  readonly started_at_ms: number;
  /** The gateway's own, never repeated. */
  readonly row_id: string;
  /** What the client sees, and may have chosen itself. */
  readonly request_id: string;
  readonly response_id?: string | undefined;
  readonly call_type: string;
  readonly api_key: string;
  readonly user_id?: string | undefined;
  readonly team_id?: string | undefined;
  readonly organization_id?: string | undefined;
  readonly project_id?: string | undefined;
  readonly end_user?: string | undefined;
  readonly model: string;
  readonly model_id?: string | undefined;
  readonly model_group?: string | undefined;
  readonly provider?: string | undefined;
  readonly api_base?: string | undefined;
  readonly spend_nano_usd: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly cache_read_tokens: number;
  readonly cache_write_tokens: number;
  readonly ended_at_ms: number;
  readonly first_byte_at_ms?: number | undefined;
  readonly status: 'success' | 'failure';
  readonly http_status: number;
  readonly error_code?: string | undefined;
  /** Limits that refused it, or would have in shadow mode: `[mode, kind of scope, id, rule, model]` each. */
  readonly limit_refusals?: readonly LimitRefusal[] | undefined;
  readonly cache_hit: 0 | 1;
  readonly cache_key?: string | undefined;
  readonly session_id?: string | undefined;
  readonly requester_address?: string | undefined;
  readonly request_tags: readonly string[];
  /** Members that are undefined are not written. */
  readonly metadata: Readonly<Record<string, JsonValue | undefined>>;
  readonly fields: Readonly<Record<string, JsonValue | undefined>>;
  /** Not columns of the ledger's row: whether there is one at all, what else counts, and content. */
  readonly unlogged?: true | undefined;
  readonly charges?: readonly BudgetCharge[] | undefined;
  readonly payload?: LedgerPayload | undefined;
}

const lonely = /\\u(?:0000|d[89a-f][0-9a-f]{2})/gi;

/**
 * An entry and its line. Characters that a database refuses in text (NUL, half of a pair) become U+FFFD: what a client writes must not keep the
 * rows around it from being stored.
 */
export function writtenEntry(entry: LedgerEntry): { entry: LedgerEntry; line: string } {
  const line = JSON.stringify(entry);
  if (!line.includes('\\u')) return { entry, line };
  const clean = line.replace(lonely, '\\ufffd');
  return { entry: clean === line ? entry : entryOfLine(clean) ?? entry, line: clean };
}

/** The entry of a line; null when it is none, as after a power cut in the middle of a write. */
export function entryOfLine(line: string): LedgerEntry | null {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null && 'row_id' in entry ? entry as LedgerEntry : null;
  } catch {
    return null;
  }
}

/** A name of at most so many bytes; keys of indexes have a bound in every database. */
export function bounded(text: string, maxBytes = 255): string {
  if (text.length * 3 <= maxBytes) return text;
  const bytes = Buffer.from(text);
  return bytes.length <= maxBytes ? text : bytes.subarray(0, maxBytes).toString('utf8').replace(/\uFFFD+$/, '');
}
