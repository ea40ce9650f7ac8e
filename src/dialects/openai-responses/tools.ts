// Tools and tool choice of the Responses dialect, to and from canonical form.
import { readWebSearch, responsesSearch, toolPath } from '../web-search.ts';
import type { CanonicalRequest, Tool, ToolChoice } from '../../canonical/request.ts';
import type { Dropped } from '../dropped.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, booleanAt, defined, isJsonObject, objectAt, restOf, stringAt } from '../../lib/json.ts';

const functionKeys: ReadonlySet<string> = new Set(['type', 'name', 'description', 'parameters', 'strict']);

/** The tools of a request or of an `additional_tools` item; namespaces are flattened into their tools' `namespace`. */
export function readTools(values: Json[], namespace?: string): Tool[] {
  const tools: Tool[] = [];
  for (const value of values) {
    if (!isJsonObject(value)) continue;
    if (value['type'] === 'namespace') tools.push(...readTools(arrayAt(value, 'tools'), stringAt(value, 'name')));
    else tools.push(readTool(value, namespace));
  }
  return tools;
}

function readTool(value: JsonObject, namespace: string | undefined): Tool {
  // Some clients nest functions as in Chat Completions.
  const inner = objectAt(value, 'function') ?? value;
  const name = stringAt(inner, 'name');
  const description = stringAt(inner, 'description');
  if (value['type'] === 'function' && name !== undefined) {
    const extra = inner === value ? restOf(value, functionKeys) : {};
    return defined<Tool>({
      kind: 'function', name, description, namespace, strict: booleanAt(inner, 'strict'),
      parameters: objectAt(inner, 'parameters') ?? { type: 'object', properties: {} },
      extra: Object.keys(extra).length > 0 ? extra : undefined,
    });
  }
  if (value['type'] === 'custom' && name !== undefined) {
    return defined<Tool>({ kind: 'custom', name, description, namespace, format: objectAt(value, 'format') });
  }
  return { kind: 'hosted', dialect: 'openai-responses', value };
}

/** The tool choice of a request. */
export function readToolChoice(value: Json | undefined): ToolChoice | undefined {
  if (value === 'auto' || value === 'none' || value === 'required') return { kind: value };
  if (!isJsonObject(value)) return undefined;
  const name = stringAt(value, 'name') ?? stringAt(objectAt(value, 'function'), 'name');
  if ((value['type'] === 'function' || value['type'] === 'custom') && name !== undefined) return { kind: 'tool', name };
  return { kind: 'opaque', dialect: 'openai-responses', value };
}

/** The tools as a Responses provider takes them; `own`: they were read from this dialect. What of others has no counterpart is added to `dropped`. */
export function writeTools(tools: Tool[], own: boolean, dropped: Dropped): JsonObject[] {
  const written: JsonObject[] = [];
  const spaces = new Map<string, Json[]>();
  for (const [index, tool] of tools.entries()) {
    const value = tool.kind === 'hosted' ? writeHosted(tool, `tools[${index}]`, dropped) : writeTool(tool, own);
    if (!value) {
      dropped.add(toolPath(tool, index));
      continue;
    }
    if (!own && tool.kind === 'function') for (const member of Object.keys(tool.extra ?? {})) dropped.add(`tools[${index}].${member}`);
    const namespace = tool.kind === 'hosted' ? undefined : tool.namespace;
    if (namespace === undefined) {
      written.push(value);
      continue;
    }
    let members = spaces.get(namespace);
    if (!members) {
      members = [];
      spaces.set(namespace, members);
      written.push({ type: 'namespace', name: namespace, description: '', tools: members });
    }
    members.push(value);
  }
  return written;
}

function writeTool(tool: Exclude<Tool, { kind: 'hosted' }>, own: boolean): JsonObject {
  const { name, description } = tool;
  if (tool.kind === 'custom') return defined<JsonObject>({ type: 'custom', name, description, format: tool.format });
  // Where `strict` is left out, OpenAI takes it for true.
  return defined<JsonObject>({
    type: 'function', name, description, parameters: tool.parameters, strict: tool.strict ?? false, ...(own && tool.extra),
  });
}

// Undefined: a search of the web is all that the dialects have in common.
function writeHosted(tool: Extract<Tool, { kind: 'hosted' }>, path: string, dropped: Dropped): JsonObject | undefined {
  if (tool.dialect === 'openai-responses') return tool.value;
  const search = readWebSearch(tool);
  const written = search && responsesSearch(search);
  for (const member of written?.lost ?? []) dropped.add(`${path}.${member}`);
  return written?.value;
}

/** The tool choice as a Responses provider takes it. */
export function writeToolChoice(request: CanonicalRequest): Json | undefined {
  const { toolChoice } = request;
  if (!toolChoice) return undefined;
  if (toolChoice.kind === 'opaque') return toolChoice.dialect === 'openai-responses' ? toolChoice.value : undefined;
  if (toolChoice.kind !== 'tool') return toolChoice.kind;
  const { name } = toolChoice;
  const custom = request.tools.some((tool) => tool.kind === 'custom' && tool.name === name);
  return { type: custom ? 'custom' : 'function', name };
}
