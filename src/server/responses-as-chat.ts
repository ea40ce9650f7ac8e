// Cursor sends bodies of the Responses API to the address of Chat Completions, and expects chat's answers.
import { JsonBody } from '../lib/json-body.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import type { Target } from '../dialects/dialect.ts';
import type { JsonObject } from '../lib/json.ts';

// Nothing is left out here: what the provider takes is decided when its body is made.
const takesAll: Target['capabilities'] = {
  streamUsage: false, developerRole: true, jsonSchema: true, fileParts: true, cacheControl: true, reasoningField: 'reasoning_content', thinkingSignatures: true,
  maxTokensField: 'max_completion_tokens', customTools: true, promptCacheKey: true,
};

/** The body as one of Chat Completions; itself when it is one already, or no Responses body. */
export function responsesAsChat(body: JsonBody): JsonBody {
  const object = body.has('messages') || !body.has('input') ? undefined : body.object();
  const model = object?.['model'];
  if (!object || typeof model !== 'string') return body;
  const read = openaiResponses.readRequest(object, model, object['stream'] === true);
  const written = read.ok ? openaiChat.writeRequest(read.value, { model, capabilities: takesAll, defaultMaxOutputTokens: 0, dropParams: true, modifyParams: false }) : read;
  if (!written.ok) return body;
  const own: JsonObject = Object.fromEntries(Object.entries(object).filter(([member]) => !responsesOnly.has(member)));
  return JsonBody.read(Buffer.from(JSON.stringify({ ...own, ...written.value.body }))) ?? body;
}

// Members of the Responses API that chat says otherwise or not at all. The others may be for the gateway itself.
const responsesOnly: ReadonlySet<string> = new Set([
  'input', 'instructions', 'text', 'reasoning', 'include', 'max_output_tokens', 'previous_response_id', 'conversation', 'background', 'truncation', 'prompt', 'max_tool_calls', 'tools', 'tool_choice',
]);
