// A search of the web that the provider makes itself: every dialect can ask for one, each in its own words.
import { arrayAt, defined, numberAt, objectAt, stringAt, type Json, type JsonObject } from '../lib/json.ts';
import type { BlockStart } from '../canonical/event.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Tool } from '../canonical/request.ts';

type Hosted = Extract<Tool, { kind: 'hosted' }>;

/** What a search is told. */
export interface WebSearch {
  allowedDomains?: Json[];
  blockedDomains?: Json[];
  /** `city`, `region`, `country`, `timezone`. */
  location?: JsonObject;
  /** low | medium | high: how much of what is found the model reads. */
  contextSize?: string;
  maxUses?: number;
}

/** Chat Completions have a member of the body in the place of a tool; it travels as one of this type. */
export const searchOptionsType = 'web_search_options';

type Reader = (value: JsonObject) => WebSearch | undefined;

const readers: Readonly<Partial<Record<DialectName, Reader>>> = {
  'anthropic-messages': readAnthropic,
  'openai-responses': readOpenAi,
  // LiteLLM's clients name the others' tools in chat bodies too.
  'openai-chat': (value) => (value['type'] === searchOptionsType ? readOptions(value) : readAnthropic(value) ?? readOpenAi(value)),
  gemini(value) {
    const search = objectAt(value, 'googleSearch') ?? objectAt(value, 'googleSearchRetrieval') ?? objectAt(value, 'enterpriseWebSearch');
    return search && defined<WebSearch>({ blockedDomains: listAt(search, 'excludeDomains') });
  },
};

/** The search that a hosted tool asks for; undefined when it is another one. */
export const readWebSearch = ({ dialect, value }: Hosted): WebSearch | undefined => readers[dialect]?.(value);

function readAnthropic(value: JsonObject): WebSearch | undefined {
  if (!/^web_search_\d{8}$/.test(stringAt(value, 'type') ?? '')) return undefined;
  return defined<WebSearch>({
    allowedDomains: listAt(value, 'allowed_domains'), blockedDomains: listAt(value, 'blocked_domains'), location: readLocation(objectAt(value, 'user_location')), maxUses: numberAt(value, 'max_uses'),
  });
}

function readOpenAi(value: JsonObject): WebSearch | undefined {
  if (!/^web_search(_preview)?(_20\d\d_\d\d_\d\d)?$/.test(stringAt(value, 'type') ?? '')) return undefined;
  // What OpenAI has in store is no search of the web.
  if (value['external_web_access'] === false) return undefined;
  const filters = objectAt(value, 'filters');
  return defined<WebSearch>({
    allowedDomains: listAt(filters, 'allowed_domains'), blockedDomains: listAt(filters, 'blocked_domains'), location: readLocation(objectAt(value, 'user_location')),
    contextSize: stringAt(value, 'search_context_size'),
  });
}

const readOptions = (value: JsonObject): WebSearch => defined<WebSearch>({
  contextSize: stringAt(value, 'search_context_size'), location: readLocation(objectAt(objectAt(value, 'user_location'), 'approximate')),
});

const listAt = (value: JsonObject | undefined, key: string): Json[] | undefined => (arrayAt(value, key).length > 0 ? arrayAt(value, key) : undefined);

function readLocation(value: JsonObject | undefined): JsonObject | undefined {
  const { type: _type, ...location } = value ?? {};
  return Object.keys(location).length > 0 ? location : undefined;
}

/** A tool as it is written, and the members of the search that it has no word for. */
export interface WrittenSearch {
  value: JsonObject;
  lost: readonly string[];
}

const searchOf = (value: JsonObject, lost: Readonly<Record<string, unknown>>): WrittenSearch =>
  ({ value, lost: Object.entries(lost).filter(([, given]) => given !== undefined).map(([name]) => name) });

// LiteLLM's numbers for OpenAI's words.
const usesOfSize = new Map([['low', 1], ['medium', 5], ['high', 10]]);

/** For Anthropic, which takes either kind of domains. */
export function anthropicSearch({ allowedDomains, blockedDomains, location, contextSize, maxUses }: WebSearch): WrittenSearch {
  return searchOf(defined<JsonObject>({
    type: 'web_search_20250305', name: 'web_search', allowed_domains: allowedDomains, blocked_domains: allowedDomains ? undefined : blockedDomains,
    user_location: location && { type: 'approximate', ...location }, max_uses: maxUses ?? usesOfSize.get(contextSize ?? ''),
  }), { blocked_domains: allowedDomains && blockedDomains });
}

/** For the Responses API. The older name is the one that all models know; only the newer one filters. */
export function responsesSearch({ allowedDomains, blockedDomains, location, contextSize, maxUses }: WebSearch): WrittenSearch {
  return searchOf(defined<JsonObject>({
    type: allowedDomains ? 'web_search' : 'web_search_preview', filters: allowedDomains && { allowed_domains: allowedDomains },
    user_location: location && { type: 'approximate', ...location }, search_context_size: contextSize,
  }), { blocked_domains: blockedDomains, max_uses: maxUses });
}

/** For Google, whose search takes no wishes. */
export const googleSearch = ({ allowedDomains, blockedDomains, location, contextSize, maxUses }: WebSearch): WrittenSearch =>
  searchOf({ googleSearch: {} }, { allowed_domains: allowedDomains, blocked_domains: blockedDomains, user_location: location, search_context_size: contextSize, max_uses: maxUses });

/** For Amazon Nova, likewise. */
export const novaSearch = (search: WebSearch): WrittenSearch => ({ value: { systemTool: { name: 'nova_grounding' } }, lost: googleSearch(search).lost });

/** The value of `web_search_options` for Chat Completions. */
export const searchOptions = ({ allowedDomains, blockedDomains, location, contextSize, maxUses }: WebSearch): WrittenSearch =>
  searchOf(defined<JsonObject>({ search_context_size: contextSize, user_location: location && { type: 'approximate', approximate: location } }), { allowed_domains: allowedDomains, blocked_domains: blockedDomains, max_uses: maxUses });

/** What a tool that cannot be sent is named by. */
export const toolPath = (tool: Tool, index: number): string => (tool.kind === 'hosted' && tool.value['type'] === searchOptionsType ? searchOptionsType : `tools[${index}]`);

/** True for the block of a search that Anthropic makes; the Responses API has an item for it. */
export const isSearch = (start: Extract<BlockStart, { kind: 'opaque' }>): boolean =>
  start.dialect === 'anthropic-messages' && start.value['type'] === 'server_tool_use' && start.value['name'] === 'web_search';
