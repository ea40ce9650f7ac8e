// The ledger's entry of an exchange that has ended. It is made after the last byte; nothing of it is read while the caller waits.
import { bounded, type LedgerEntry, type LedgerPayload } from '../accounting/ledger/entry.ts';
import { isJsonObject, stringAt, type JsonObject } from '../lib/json.ts';
import { keptRequest } from './kept-request.ts';
import { newRequestId } from '../lib/identifiers.ts';
import { sessionOfUserId } from '../dialects/end-user.ts';
import { responseIdOf } from './response-id.ts';
import type { CallKind, Exchange } from './exchange.ts';
import type { Cost } from '../accounting/cost.ts';
import type { JsonValue } from '../config/tree.ts';
import type { Ledger } from '../accounting/ledger/ledger.ts';
import type { Deployment } from '../routing/deployment.ts';

/** The ledger and what goes into it. */
export interface LedgerParts {
  ledger: Ledger;
  /** No rows, only sums (`disable_spend_logs`). */
  rowsOff: boolean;
  /** No rows of failed requests (`disable_error_logs`). */
  failedRowsOff: boolean;
  /** Content is kept (`store_prompts_in_spend_logs`), unless `turn_off_message_logging`. */
  keepsContent: boolean;
  /** A request may switch message logging on or off for itself by header. */
  redacted: boolean;
  /** The caller's names stay out (`redact_user_api_key_info`). */
  namesOff: boolean;
  /** End users are not counted (`disable_end_user_cost_tracking`). */
  endUsersOff: boolean;
  /** Requests may ask for no row (`no-log`); not where `global_disable_no_log_param` is set. */
  mayAskForNone: boolean;
  /** Headers whose values are tags (`extra_spend_tag_headers`); null: none. */
  tagHeaders: readonly string[] | null;
  /** Which members of the notes are kept (`spend_logs_metadata_fields`); null: all. */
  keepsNote: ((name: string) => boolean) | null;
}

// LiteLLM's names of call types, as its spend logs and dashboards know them.
const chatTypes: Readonly<Record<Extract<CallKind, { type: 'chat' }>['dialect'], string>> = {
  'openai-chat': 'acompletion', 'openai-completions': 'atext_completion', 'openai-responses': 'aresponses', 'anthropic-messages': 'anthropic_messages', gemini: 'agenerate_content', 'bedrock-converse': 'acompletion',
};
const operationTypes: Readonly<Record<string, string>> = {
  embeddings: 'aembedding', 'images-generations': 'aimage_generation', 'images-edits': 'aimage_edit', 'images-variations': 'aimage_variation', 'audio-speech': 'aspeech',
  'audio-transcriptions': 'atranscription', 'audio-translations': 'atranslation', moderations: 'amoderation', rerank: 'arerank', 'responses-compact': 'acompact_responses', 'pass-through': 'pass_through_endpoint',
};
/** What stands for a model that nobody knows: text that clients make up must not become names in reports. */
const unknownModel = 'unknown-model';
const maxTags = 64;
const maxMetadataCharacters = 16_384;
const maxMessageCharacters = 2_000;
const noTags: readonly string[] = [];
// Provider and model, as LiteLLM writes them down; what a pattern stands for is filled in.
const wholeName = ({ fullName, model }: Deployment, target: string): string =>
  (target !== '' && model.includes('*') && fullName.endsWith(model) ? `${fullName.slice(0, fullName.length - model.length)}${target}` : fullName);

const nothing: JsonObject = {};

/** The entry of an exchange. `cost` is null when nothing was billed or no price is known. Every entry has the same members in the same order: that is quicker than leaving some out. */
export function ledgerEntry(exchange: Exchange, cost: Cost | null, totalMs: number, parts: LedgerParts): LedgerEntry {
  const { caller, deployment, usage, group, firstByteMs } = exchange;
  const startedAtMs = exchange.startedAt.getTime();
  const status = exchange.fault === null ? 'success' : 'failure';
  const [input, output] = usage === null ? [0, 0] : [usage.inputTokens, usage.outputTokens];
  return {
    started_at_ms: startedAtMs, row_id: newRequestId(), request_id: bounded(exchange.id), response_id: boundedOrNone(exchange.responseId ?? (exchange.answerBody ? responseIdOf(exchange.answerBody) : null)), call_type: callType(exchange.kind),
    api_key: caller === null ? '' : caller.keyHash,
    user_id: boundedOrNone(caller?.userId ?? exchange.onBehalfOf), team_id: boundedOrNone(caller?.teamId), organization_id: boundedOrNone(caller?.organizationId), project_id: boundedOrNone(caller?.projectId),
    end_user: parts.endUsersOff ? undefined : boundedOrNone(exchange.endUser),
    model: bounded(deployment ? wholeName(deployment, exchange.targetModel) : group === null ? unknownModel : exchange.model),
    model_id: deployment?.id, model_group: boundedOrNone(group), provider: deployment?.provider.name, api_base: deployment?.apiBase,
    spend_nano_usd: exchange.costNanoUsd ?? 0,
    prompt_tokens: input, completion_tokens: output, total_tokens: input + output,
    cache_read_tokens: usage?.cacheReadTokens ?? 0, cache_write_tokens: usage?.cacheWriteTokens ?? 0,
    ended_at_ms: startedAtMs + Math.round(totalMs),
    first_byte_at_ms: firstByteMs === null ? undefined : startedAtMs + Math.round(firstByteMs),
    status, http_status: exchange.status, error_code: exchange.fault?.code,
    limit_refusals: exchange.limits?.request.refusals?.map(({ kind, id, rule, model, shadow }) => [shadow ? 'shadow' : 'enforced', kind, bounded(id), rule, model] as const),
    cache_hit: exchange.cache === 'hit' ? 1 : 0,
    session_id: boundedOrNone(sessionOf(exchange)),
    requester_address: exchange.address,
    request_tags: parts.tagHeaders === null ? tagsOf(exchange, noTags) : tagsOf(exchange, headerTags(exchange, parts.tagHeaders)), metadata: parts.keepsNote === null ? metadataOf(exchange, parts) : keptNotes(metadataOf(exchange, parts), parts.keepsNote), fields: fieldsOf(exchange, cost),
    unlogged: isUnlogged(exchange, status, parts) ? true : undefined,
    payload: content(exchange, parts) ?? undefined,
    charges: exchange.limits?.admission?.charges() ?? undefined,
  };
}

const boundedOrNone = (text: string | null | undefined): string | undefined => (text == null ? undefined : bounded(text));

/** LiteLLM's name of what is called. */
export function callType(kind: CallKind): string {
  return kind.type === 'chat' ? chatTypes[kind.dialect] : operationTypes[kind.operation] ?? kind.operation;
}

function isUnlogged({ asked }: Exchange, status: 'success' | 'failure', parts: LedgerParts): boolean {
  if (parts.rowsOff || (parts.failedRowsOff && status === 'failure')) return true;
  return parts.mayAskForNone && asked !== null && asked.has('no-log') && asked.get('no-log') === true;
}

const headerTags = ({ headers }: Exchange, names: readonly string[]): readonly string[] => names.flatMap((name) => {
  const value = headers.get(name);
  return value ? [`${name}: ${value}`] : [];
});

const keptNotes = (notes: Record<string, JsonValue | undefined>, keeps: (name: string) => boolean): Record<string, JsonValue | undefined> =>
  Object.fromEntries(Object.entries(notes).filter(([name]) => keeps(name)));

function tagsOf({ tags: own, caller }: Exchange, further: readonly string[]): readonly string[] {
  if (own.length === 0 && further.length === 0 && (caller?.tags.length ?? 0) === 0) return noTags;
  return [...new Set([...own, ...(caller?.tags ?? noTags), ...further])].slice(0, maxTags).map((tag) => bounded(tag));
}

// What clients group calls by. LiteLLM takes these, and Claude Code's `metadata.user_id`, which holds its session.
const sessionHeaders = ['x-litellm-session-id', 'x-litellm-trace-id', 'x-claude-code-session-id', 'session-id', 'session_id'] as const;

function sessionOf({ asked, headers }: Exchange): string | undefined {
  for (const name of sessionHeaders) {
    const value = headers.get(name);
    if (value) return value;
  }
  if (!asked) return undefined;
  for (const name of ['litellm_session_id', 'litellm_trace_id'] as const) {
    const value = asked.has(name) ? asked.get(name) : undefined;
    if (typeof value === 'string' && value !== '') return value;
  }
  const metadata = asked.has('metadata') ? asked.get('metadata') : undefined;
  if (!isJsonObject(metadata)) return undefined;
  const user = stringAt(metadata, 'user_id');
  return stringAt(metadata, 'session_id') ?? stringAt(metadata, 'trace_id') ?? (user === undefined ? undefined : sessionOfUserId(user));
}

/** The client's own notes and the caller's names. Members that are undefined are not written. */
function metadataOf({ asked, caller, headers }: Exchange, { namesOff }: LedgerParts): Record<string, JsonValue | undefined> {
  const metadata = asked?.has('metadata') ? asked.get('metadata') : undefined;
  const header = headers.get('x-litellm-spend-logs-metadata');
  return {
    user_api_key_alias: namesOff ? undefined : caller?.name,
    user_agent: namesOff ? undefined : headers.get('user-agent')?.slice(0, 200),
    requester_metadata: isJsonObject(metadata) && fits(metadata) ? keptRequest(metadata) as JsonValue : undefined,
    spend_logs_metadata: header !== null && header.length <= maxMetadataCharacters ? parsed(header) : undefined,
  };
}

const fits = (value: JsonObject): boolean => JSON.stringify(value).length <= maxMetadataCharacters;

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** What has no column: the parts of usage and cost, the attempts, and what went wrong. Members that are undefined are not written. */
function fieldsOf(exchange: Exchange, cost: Cost | null): Record<string, JsonValue | undefined> {
  const { trail, fault, usage, units, firstByteMs } = exchange;
  return {
    stream: exchange.stream ? true : undefined,
    finish_reason: exchange.finishReason ?? undefined,
    asked_model: exchange.model !== exchange.group ? exchange.model.slice(0, 512) : undefined,
    reasoning_tokens: usage !== null && usage.reasoningTokens > 0 ? usage.reasoningTokens : undefined,
    service_tier: usage?.serviceTier ?? undefined,
    usage_known: usage === null ? false : undefined,
    units: Object.keys(units).length === 0 ? undefined : { ...units } as JsonValue,
    input_cost: cost?.inputUsd, output_cost: cost?.outputUsd,
    price_known: exchange.costUsd === null && fault === null ? false : undefined,
    retries: trail.retries > 0 ? trail.retries : undefined,
    fallbacks: trail.fallbacks > 0 ? trail.fallbacks : undefined,
    attempts: trail.attempts.length > 1 ? trail.attempts.map(({ deploymentId, durationMs, failure }) => ({ model_id: deploymentId, ms: Math.round(durationMs), failure })) : undefined,
    overhead_ms: firstByteMs === null ? undefined : Math.round(Math.max(0, firstByteMs - exchange.providerMs) * 1000) / 1000,
    error_message: fault?.message.slice(0, maxMessageCharacters),
  };
}

// Content that is larger than this is not kept.
const maxContentBytes = 1024 * 1024;

function content(exchange: Exchange, parts: LedgerParts): LedgerPayload | null {
  const { asked, answerBody } = exchange;
  if (!keepsContentOf(exchange, parts) || !asked) return null;
  const request = jsonOf(asked.bytes);
  const members = isJsonObject(request) ? request : nothing;
  return {
    messages: (members['messages'] ?? members['input'] ?? members['contents'] ?? members['prompt'] ?? null) as JsonValue,
    response: answerBody ? jsonOf(answerBody) : null,
    proxy_server_request: isJsonObject(request) ? keptRequest(request) : request,
  };
}

/** Whether the content of this exchange is to be kept, as settings and the request's own headers say. */
export function keepsContentOf({ headers }: Pick<Exchange, 'headers'>, { keepsContent, redacted }: LedgerParts): boolean {
  if (!keepsContent) return false;
  if (headers.get('litellm-disable-message-redaction')) return true;
  if (wantsRedaction(headers)) return false;
  return !redacted;
}

/** The request's own wish that its content is written down nowhere. */
export const wantsRedaction = (headers: Exchange['headers']): boolean =>
  Boolean(headers.get('x-litellm-enable-message-redaction') ?? headers.get('litellm-enable-message-redaction'));

function jsonOf(bytes: Uint8Array): JsonValue {
  if (bytes.length > maxContentBytes) return { truncated: true, size_bytes: bytes.length };
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue;
  } catch {
    return null;
  }
}
