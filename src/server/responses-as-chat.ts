// Cursor sends bodies of the Responses API to the address of Chat Completions, and expects chat's answers; or bodies of Chat Completions
// in which some tools have the form of the one and some that of the other.
import { JsonBody } from '../lib/json-body.ts';
import { openaiChat } from '../dialects/openai-chat/index.ts';
import { openaiResponses } from '../dialects/openai-responses/index.ts';
import type { Target } from '../dialects/dialect.ts';
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import { spliceMembers } from '../lib/splice.ts';

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

/** The body with all its tools, and its choice among them, in the form of Chat Completions; itself when they are. */
export function nestedTools(body: JsonBody): JsonBody {
  const tools = body.kindOf('tools') === 'array' ? body.get('tools') as Json[] : [];
  const edits = new Map<string, string>();
  if (tools.some(isFlat)) edits.set('tools', JSON.stringify(tools.map(nested)));
  const choice = body.kindOf('tool_choice') === 'object' ? body.get('tool_choice') as Json : null;
  if (isFlat(choice)) edits.set('tool_choice', JSON.stringify(nested(choice)));
  return edits.size === 0 ? body : JsonBody.read(spliceMembers(body.bytes, body.outline, edits)) ?? body;
}

// A tool, or the choice of one, whose members stand beside its type.
function isFlat(tool: Json): boolean {
  return isJsonObject(tool) && (tool['type'] === 'function' || tool['type'] === 'custom') && typeof tool['name'] === 'string' && !isJsonObject(tool[tool['type']]);
}

function nested(tool: Json): Json {
  if (!isJsonObject(tool) || !isFlat(tool)) return tool;
  const { type = null, ...members } = tool;
  return { type, [String(type)]: members };
}

// Members of the Responses API that chat says otherwise or not at all. The others may be for the gateway itself.
const responsesOnly: ReadonlySet<string> = new Set([
  'input', 'instructions', 'text', 'reasoning', 'include', 'max_output_tokens', 'previous_response_id', 'conversation', 'background', 'truncation', 'prompt', 'max_tool_calls', 'tools', 'tool_choice',
]);
