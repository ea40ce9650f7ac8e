// The wire types of OpenAI's Responses dialect, as far as they are written (platform.openai.com/docs/api-reference/responses).
import type { Json, JsonObject } from '../../lib/json.ts';

/** A text part of an answer. */
export type OutputText = { type: 'output_text'; text: string; annotations: JsonObject[]; logprobs: Json[] };

/** A refusal part of an answer. */
export type Refusal = { type: 'refusal'; refusal: string };

/** An item of an answer's `output`. */
export type OutputItem =
  | { type: 'message'; id: string; status: string; role: 'assistant'; content: (OutputText | Refusal)[]; phase: null }
  | { type: 'reasoning'; id: string; summary: { type: 'summary_text'; text: string }[]; encrypted_content?: string }
  | { type: 'function_call'; id: string; status: string; call_id: string; name: string; namespace: string | null; caller: null; arguments: string }
  | { type: 'custom_tool_call'; id: string; status: string; call_id: string; name: string; namespace: string | null; caller: null; input: string }
  | { type: 'image_generation_call'; id: string; status: string; result: string; output_format: string }
  | { type: 'web_search_call'; id: string; status: string; action: JsonObject }
  /** A hosted tool's item, as a provider of this dialect sent it. */
  | { type: 'hosted'; value: JsonObject };

/** How a response stands. */
export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed';

/** Items that stand for the client's side of a hosted tool, so they belong to the user's turn. */
export const isOutputOfTool = (type: string): boolean => type.endsWith('_output') || type === 'mcp_approval_response';
