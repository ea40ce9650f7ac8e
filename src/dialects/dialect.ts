// What every dialect folder offers: the same verbs, so that any pair of dialects can be put together
// (read with one, write with the other) and no code outside a folder knows a wire format.
import type { CanonicalAnswer } from '../canonical/answer.ts';
import type { CanonicalRequest } from '../canonical/request.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Fault, Result } from '../canonical/fault.ts';
import type { JsonObject } from '../lib/json.ts';
import type { SseFrame } from '../lib/sse.ts';
import type { StreamEvent } from '../canonical/event.ts';
import type { Usage } from '../canonical/usage.ts';

/** What the provider behind a deployment can take. Declared by its row; the writers ask for nothing else about it. */
export interface Capabilities {
  /** Takes `stream_options.include_usage`. */
  streamUsage: boolean;
  /** Takes messages of role `developer`; otherwise they become `system`. */
  developerRole: boolean;
  /** Takes `response_format: json_schema` or its like; otherwise the schema is asked for by a forced tool. */
  jsonSchema: boolean;
  /** Not every model takes it: what is known of the model decides. */
  jsonSchemaByModel?: boolean;
  /** Takes `file` parts with documents in chat messages. */
  fileParts: boolean;
  /** Keeps `cache_control` marks (Anthropic's models, also behind OpenRouter). */
  cacheControl: boolean;
  /** The member that carries reasoning text in chat messages, to and from; null when there is none. */
  reasoningField: 'reasoning_content' | 'reasoning' | null;
  /** Verifies signatures of thinking blocks: only blocks with a real signature may be sent. */
  thinkingSignatures: boolean;
  /** `max_completion_tokens` (OpenAI's newer models) or `max_tokens`. */
  maxTokensField: 'max_tokens' | 'max_completion_tokens';
  /** Takes OpenAI's `custom` tools; without it they travel as functions with one string. */
  customTools?: boolean;
  /** Takes `prompt_cache_key`. */
  promptCacheKey?: boolean;
  /** Takes the end user's name (`user`, `metadata.user_id`). Taken when not stated. */
  endUser?: boolean;
  /** The model can be told how much to think. Taken when not stated. */
  reasoning?: boolean;
  /** Thinking is asked for by `thinking: adaptive` and `output_config.effort` instead of a budget (Anthropic's newer models). */
  adaptiveThinking?: boolean;
  /** Members of a chat body that this provider alone knows; they are sent from whatever dialect they come. */
  ownMembers?: readonly string[];
  /** Takes system messages between the turns (Anthropic's newer models). Undefined: nobody knows. */
  midConversationSystem?: boolean;
  /** Takes `output_config.effort` (Anthropic's newer models). Undefined: nobody knows. */
  effortParameter?: boolean;
  /** The words of effort that the model takes. Undefined: nobody knows. */
  efforts?: ReadonlySet<string>;
  /** Thinking cannot be switched off. */
  alwaysThinks?: boolean;
  /** False: a tool cannot be demanded, only offered. */
  forcedToolChoice?: boolean;
  /** What the model takes of `temperature`, `top_p` and their like; undefined: all. */
  sampling?: Sampling;
  /** How a chat body asks for a search of the web: by `web_search_options`, or by OpenRouter's plugin too. Undefined: it cannot. */
  webSearch?: 'options' | 'plugin';
  /** The most tokens that the model writes; more must not be asked for. */
  maxOutputTokens?: number;
}

/**
 * How much of sampling a model takes: `temperature` or `top_p` but not both; neither; or neither while it thinks, which it does when nothing
 * is said of effort (`not-thinking`) or only when effort is asked for (`not-asked-to-think`).
 */
export type Sampling = 'one' | 'none' | 'not-thinking' | 'not-asked-to-think';

/** Where a request goes, as far as a writer must know. */
export interface Target {
  /** The model name at the provider. */
  model: string;
  /** The model's public name where `model` is an id that does not tell it (`base_model`). */
  knownAs?: string;
  capabilities: Capabilities;
  /** The output limit to send where the dialect demands one and the client sent none. */
  defaultMaxOutputTokens: number;
  /** Leave out what the target cannot take instead of refusing the request (LiteLLM's `drop_params`). */
  dropParams: boolean;
  /** Repair what the target would refuse: orphaned tool results, missing user turns (LiteLLM's `modify_params`). */
  modifyParams: boolean;
}

/** A request body for the provider, and what could not be said in its dialect (paths such as `messages[3].content[1].audio`). */
export interface WrittenRequest {
  body: JsonObject;
  dropped: string[];
  /** What the answer's events must be put back into; the caller wraps the reader with it (`restore.ts`). */
  disguises?: Disguises;
}

/** A tool as the client knows it. */
export interface ToolOrigin {
  name: string;
  call: 'function' | 'custom';
  namespace?: string;
}

/** What a writer of a request had to disguise for its target. */
export interface Disguises {
  /** The client's tools by the names that were sent. */
  tools: Map<string, ToolOrigin>;
  /** The tool that was added to get the JSON text that the client asked for: its call becomes text. */
  jsonTool?: string;
}

/** What a writer of answers must know about the request that it answers. */
export interface AnswerContext {
  /** Unique per request, without prefix: base of ids that the target dialect wants (`msg_…`, `resp_…`, `chatcmpl-…`). */
  requestId: string;
  /** The name that the client asked for; replies name it. */
  model: string;
  /** The request as it was read. */
  request: CanonicalRequest;
  /** A cheap estimate of the input tokens, for dialects that announce them before the provider has counted. */
  estimatedInputTokens: number;
  /** Seconds since the epoch, for `created`. */
  nowSeconds: number;
}

/** Turns a provider's frames into events. One per answer. */
export interface StreamReader {
  /** The events of one frame. Never throws: garbage becomes an `error` event. */
  read(frame: SseFrame): StreamEvent[];
  /** The connection ended. Gives `error` unless the dialect's terminal frame came before. */
  finish(): StreamEvent[];
}

/** Turns events into the text of frames for the client. One per answer. */
export interface StreamWriter {
  /** The text to send for one event; may be empty. `error` gives the dialect's error and is the last. */
  write(event: StreamEvent): string;
}

/** An error as the dialect's clients expect it. */
export interface RenderedFault {
  status: number;
  body: JsonObject;
}

/** What a look at one frame or answer of the same dialect tells, without translating it. */
export interface Glance {
  /** Usage of the whole answer so far, when this frame carries some. */
  usage?: Usage;
  /** The provider's word for why the answer ended. */
  finishReason?: string;
  /** The frame is the dialect's proper end: nothing follows. */
  terminal?: boolean;
  /** The answer is whole when the connection ends now; more may follow (Gemini has no last frame). */
  endable?: boolean;
  /** The frame carries the first or more content: text, reasoning, a tool call. */
  content?: boolean;
  /** The frame is an error inside a stream that began well. */
  fault?: Fault;
  /** The frame only carries usage that this client did not ask for; it is not passed on. */
  usageOnly?: boolean;
}

/** Looks at the frames of one stream, in order; `json` is the parsed data, or undefined for text such as `[DONE]`. Never throws. */
export type Glancer = (json: JsonObject | undefined, frame: SseFrame) => Glance;

/** One wire dialect. */
export interface Dialect {
  readonly name: DialectName;
  /** Reads a client's body. `model` and `stream` may come from the path (Gemini), so they are given. */
  readRequest(body: JsonObject, model: string, stream: boolean): Result<CanonicalRequest>;
  /** Writes a body for a provider. Fails only when `dropParams` is false and something cannot be sent, or nothing is left to send. */
  writeRequest(request: CanonicalRequest, target: Target): Result<WrittenRequest>;
  /** The events of a provider's whole answer; ends with `end` or `error`. */
  readAnswer(body: JsonObject): StreamEvent[];
  /** The whole answer for the client. */
  writeAnswer(answer: CanonicalAnswer, context: AnswerContext): JsonObject;
  createReader(): StreamReader;
  createWriter(context: AnswerContext): StreamWriter;
  /** An error before the first byte. */
  renderFault(fault: Fault): RenderedFault;
  /** An error inside a stream, for passed-through streams that have no writer. `sequence` numbers Responses events. */
  renderStreamFault(fault: Fault, sequence: number): string;
  /** The comment or event that keeps a silent stream alive. */
  readonly keepAlive: string;
  /** A look at the frames of one answer that passes unchanged. It may remember: Anthropic tells its usage in two frames. */
  createGlancer(): Glancer;
  /** Usage of a whole answer that passes unchanged; null when it has none. */
  usageOf(body: JsonObject): Usage | null;
}
