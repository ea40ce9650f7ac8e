// A request for a model's answer in the one form that every dialect is read into and written from.
// It holds what at least two dialects share; what only one knows travels in `extra` and `opaque` parts, so nothing is lost
// on the way and the writer of another dialect can name what it had to drop.
import type { DialectName } from './dialect-name.ts';
import type { Json, JsonObject } from '../lib/json.ts';

/** Where the bytes of an image, a document or a sound are. */
export type MediaSource =
  | { kind: 'url'; url: string }
  | { kind: 'base64'; mediaType: string; data: string }
  | { kind: 'file'; fileId: string };

/** Anthropic's `cache_control` object, kept as it came; other dialects drop it. */
export type CacheControl = JsonObject;

interface PartBase {
  cacheControl?: CacheControl;
}

/** One piece of a message. */
export type Part =
  | (PartBase & { type: 'text'; text: string; citations?: Json[]; signature?: string })
  | (PartBase & { type: 'image'; source: MediaSource; detail?: string })
  | (PartBase & { type: 'document'; source: MediaSource; filename?: string; title?: string; context?: string; citations?: JsonObject })
  | (PartBase & { type: 'audio'; format: string; data: string })
  /** Reasoning text. `signature` is what the provider wants back unchanged: Anthropic's signature, Gemini's thoughtSignature,
   *  or the encrypted content of a Responses reasoning item. `itemId` is the Responses item's id. */
  | { type: 'thinking'; text: string; signature?: string; itemId?: string; encrypted?: string }
  /** Reasoning that only the provider can read (Anthropic `redacted_thinking.data`). */
  | { type: 'redacted-thinking'; data: string; itemId?: string }
  /** A call of a tool. `arguments` is the JSON text as the model wrote it (for `custom` tools: free text). */
  | (PartBase & { type: 'tool-call'; id: string; name: string; arguments: string; kind: 'function' | 'custom'; namespace?: string; signature?: string; itemId?: string })
  | (PartBase & { type: 'tool-result'; callId: string; content: Part[]; isError?: boolean; kind: 'function' | 'custom'; name?: string })
  | { type: 'refusal'; text: string }
  /** Something that only its own dialect knows (a server tool's block, a hosted item): written back there, dropped elsewhere. */
  | { type: 'opaque'; dialect: DialectName; value: JsonObject };

/** Who speaks. Tool results are parts of `user` messages, as in Anthropic's dialect; `developer` is kept apart from `system`. */
export type Role = 'system' | 'developer' | 'user' | 'assistant';

/** One turn. System messages may stand anywhere; a dialect without that hoists or converts them. */
export interface Message {
  role: Role;
  parts: Part[];
  /** OpenAI's participant name. */
  name?: string;
}

/** A tool that the model may call. */
export type Tool =
  | { kind: 'function'; name: string; description?: string; parameters: JsonObject; strict?: boolean; cacheControl?: CacheControl; namespace?: string; extra?: JsonObject }
  /** A freeform tool (OpenAI `custom`), with its grammar or format as it came. */
  | { kind: 'custom'; name: string; description?: string; format?: JsonObject; namespace?: string }
  /** A tool that the provider runs (web search, code interpreter …), as its dialect writes it. */
  | { kind: 'hosted'; dialect: DialectName; value: JsonObject };

/** Which tools the model may or must call. */
export type ToolChoice =
  | { kind: 'auto' }
  | { kind: 'none' }
  | { kind: 'required' }
  | { kind: 'tool'; name: string }
  | { kind: 'opaque'; dialect: DialectName; value: Json };

/** How the answer must be shaped. */
export type ResponseFormat =
  | { kind: 'text' }
  | { kind: 'json-object' }
  | { kind: 'json-schema'; name: string; schema: JsonObject; strict?: boolean; description?: string };

/** How much the model shall think. At most one of `effort` and `budgetTokens` came from the client. */
export interface Reasoning {
  /** none | minimal | low | medium | high | xhigh, as the client wrote it. */
  effort?: string;
  /** Anthropic's and Gemini's thinking budget. */
  budgetTokens?: number;
  /** The client switched thinking off explicitly. */
  disabled?: boolean;
  /** Anthropic's adaptive thinking. */
  adaptive?: boolean;
  /** Responses: auto | concise | detailed; Gemini: includeThoughts. */
  summary?: string;
  /** The dialect's own object, for a writer of the same family. */
  source?: { dialect: DialectName; value: JsonObject };
}

/** A request in canonical form. Undefined members were not sent and are never written. */
export interface CanonicalRequest {
  /** The dialect that it was read from. */
  dialect: DialectName;
  /** The model name that goes to the provider. */
  model: string;
  stream: boolean;
  messages: Message[];
  tools: Tool[];
  toolChoice?: ToolChoice;
  parallelToolCalls?: boolean;
  maxOutputTokens?: number;
  temperature?: number;
  topP?: number;
  topK?: number;
  stopSequences?: string[];
  seed?: number;
  /** How many choices. */
  n?: number;
  presencePenalty?: number;
  frequencyPenalty?: number;
  logitBias?: JsonObject;
  logprobs?: boolean;
  topLogprobs?: number;
  reasoning?: Reasoning;
  responseFormat?: ResponseFormat;
  /** Low, medium, high: OpenAI's `verbosity`. */
  verbosity?: string;
  serviceTier?: string;
  /** The end user that the client names (`user`, Anthropic `metadata.user_id`). */
  user?: string;
  promptCacheKey?: string;
  /** The client wants usage in its stream (OpenAI chat's `stream_options.include_usage`); other dialects always send it. */
  includeUsage: boolean;
  /** Members of the body that this form has no place for, by their name in the source dialect. */
  extra: JsonObject;
}
