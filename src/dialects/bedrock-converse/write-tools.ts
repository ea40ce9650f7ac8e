// Tools and the choice among them, in Converse's words.
import type { CanonicalRequest, Tool } from '../../canonical/request.ts';
import { arrayAt, isJsonObject, stringAt, type JsonObject } from '../../lib/json.ts';
import { novaSearch, readWebSearch, toolPath } from '../web-search.ts';
import { plainSchema } from './plain-schema.ts';
import { cachePoint, type MessageSetting } from './write-message.ts';

// Bedrock refuses a conversation with calls in it when no tool is offered. LiteLLM's name for the one that stands in.
const standIn: JsonObject = {
  toolSpec: { name: 'dummy_tool', description: 'This is a dummy tool call', inputSchema: { json: { type: 'object', properties: {} } } },
};

/** Anthropic's own tools that the client runs: the model learns of them outside `toolConfig`. */
const anthropicTool = /^(computer|bash|text_editor|memory)_\d{8}$/;

/** What a request's tools become. */
export interface WrittenTools {
  toolConfig?: JsonObject;
  /** For `additionalModelRequestFields`. */
  fields: JsonObject;
}

/** Writes tools and choice. `turns` are the messages as they are sent. */
export function writeTools(request: CanonicalRequest, turns: readonly JsonObject[], setting: MessageSetting): WrittenTools {
  const { family } = setting;
  const fields: JsonObject = {};
  const own = request.tools.flatMap((tool) => (tool.kind === 'hosted' && anthropicTool.test(stringAt(tool.value, 'type') ?? '') && family.reasoning === 'anthropic' ? [tool.value] : []));
  if (own.length > 0) fields['tools'] = own;
  const inUse = turns.some((turn) => arrayAt(turn, 'content').some((block) => isJsonObject(block) && ('toolUse' in block || 'toolResult' in block)));
  // The API has no `none`: without tools in the conversation, none are offered.
  const offered = request.toolChoice?.kind === 'none' && !inUse ? [] : request.tools.flatMap((tool, index) => writeTool(tool, index, setting));
  if (offered.length === 0 && !inUse) return { fields };
  if (offered.length === 0) return { fields, toolConfig: { tools: [standIn] } };
  const toolChoice = writeChoice(request, setting);
  const single = request.parallelToolCalls === false && !fields['tool_choice'];
  if (single && family.reasoning === 'anthropic') {
    fields['tool_choice'] = { type: toolChoice && 'any' in toolChoice ? 'any' : 'auto', disable_parallel_tool_use: true };
    return { fields, toolConfig: { tools: offered, ...(toolChoice && 'tool' in toolChoice && { toolChoice }) } };
  }
  if (single) setting.dropped.add('parallel_tool_calls');
  return { fields, toolConfig: { tools: offered, ...(toolChoice && { toolChoice }) } };
}

function writeTool(tool: Tool, index: number, setting: MessageSetting): JsonObject[] {
  if (tool.kind === 'hosted') {
    if (tool.dialect === 'bedrock-converse') return [{ ...tool.value }];
    if (anthropicTool.test(stringAt(tool.value, 'type') ?? '') && setting.family.reasoning === 'anthropic') return [];
    const search = setting.family.grounds ? readWebSearch(tool) : undefined;
    if (!search) setting.dropped.add(toolPath(tool, index));
    return search ? [novaSearch(search).value] : [];
  }
  // Lowered to functions before.
  if (tool.kind === 'custom') return [];
  const spec: JsonObject = { name: tool.name };
  if (tool.description) spec['description'] = tool.description;
  const schema: JsonObject = tool.parameters['type'] === undefined ? { type: 'object', ...tool.parameters } : tool.parameters;
  spec['inputSchema'] = { json: setting.family.plainSchemas ? plainSchema(schema) : schema };
  if (tool.strict === true && setting.family.reasoning === 'anthropic') spec['strict'] = true;
  else if (tool.strict) setting.dropped.add(`tools[${index}].strict`);
  for (const member of Object.keys(tool.extra ?? {})) setting.dropped.add(`tools[${index}].${member}`);
  const marked = tool.cacheControl && setting.cacheMarks && setting.family.cachePoints === 'all';
  return marked && tool.cacheControl ? [{ toolSpec: spec }, cachePoint(tool.cacheControl, setting.family)] : [{ toolSpec: spec }];
}

function writeChoice({ toolChoice }: CanonicalRequest, { family, dropped }: MessageSetting): JsonObject | undefined {
  switch (toolChoice?.kind) {
    case undefined: return undefined;
    case 'auto': return { auto: {} };
    case 'required':
      if (family.toolChoices.includes('required')) return { any: {} };
      break;
    case 'tool':
      if (family.toolChoices.includes('tool')) return { tool: { name: toolChoice.name } };
      break;
    case 'opaque':
      if (toolChoice.dialect === 'bedrock-converse' && typeof toolChoice.value === 'object' && !Array.isArray(toolChoice.value)) return toolChoice.value ?? undefined;
      break;
    case 'none':
  }
  dropped.add('tool_choice');
  return undefined;
}
