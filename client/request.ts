// What a caller asks for. Names are those of the wire (OpenAI chat completions), so that any example from
// the provider's own pages can be pasted.

/** Who speaks in a message. */
export type Role = 'system' | 'developer' | 'user' | 'assistant' | 'tool';

/** One part of a message's content: text, an image by address (`https:` or `data:`), or a file such as a PDF. */
export type ContentPart =
  | { type: 'text'; text: string }
  | { type: 'image_url'; image_url: { url: string; detail?: 'auto' | 'low' | 'high' } }
  | { type: 'file'; file: { filename: string; file_data: string } };

/** A function call that an earlier assistant message made; `arguments` is JSON text, as the model wrote it. */
export interface RequestToolCall {
  id: string;
  type: 'function';
  function: { name: string; arguments: string };
}

/** One message of a conversation. */
export interface ChatMessage {
  role: Role;
  content: string | ContentPart[] | null;
  name?: string;
  tool_calls?: RequestToolCall[];
  /** On a `tool` message: which call this is the result of. */
  tool_call_id?: string;
}

/** A function that the model may call; `parameters` is a JSON schema. */
export interface ToolDefinition {
  type: 'function';
  function: { name: string; description?: string; parameters?: Record<string, unknown>; strict?: boolean };
}

/** A chat request. Fields that are not named here are sent as they are. */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  temperature?: number;
  top_p?: number;
  max_tokens?: number;
  max_completion_tokens?: number;
  stop?: string | string[];
  seed?: number;
  n?: number;
  reasoning_effort?: string;
  tools?: ToolDefinition[];
  tool_choice?: 'none' | 'auto' | 'required' | { type: 'function'; function: { name: string } };
  response_format?: Record<string, unknown>;
  stream_options?: { include_usage?: boolean };
  user?: string;
  metadata?: Record<string, unknown>;
  [parameter: string]: unknown;
}
