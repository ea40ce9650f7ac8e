// Tools and tool configuration of the Gemini dialect, to and from canonical form.
import { googleSearch, readWebSearch, toolPath, type WrittenSearch } from '../web-search.ts';
import type { CanonicalRequest, Tool, ToolChoice } from '../../canonical/request.ts';
import type { Dropped } from '../dropped.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { arrayAt, defined, isJsonObject, objectAt, restOf, stringAt } from '../../lib/json.ts';
import { toJsonSchema } from './schema.ts';
import { camelCased } from './wire.ts';

const declarationKeys: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'parametersJsonSchema']);

/** The tools of a request; each of Google's own tools becomes a hosted tool. */
export function readTools(values: Json[]): Tool[] {
  const tools: Tool[] = [];
  for (const value of values) {
    if (!isJsonObject(value)) continue;
    const { functionDeclarations, ...hosted } = camelCased(value);
    for (const declaration of Array.isArray(functionDeclarations) ? functionDeclarations : []) {
      const tool = isJsonObject(declaration) ? readDeclaration(camelCased(declaration)) : undefined;
      if (tool) tools.push(tool);
    }
    for (const [key, member] of Object.entries(hosted)) tools.push({ kind: 'hosted', dialect: 'gemini', value: { [key]: member } });
  }
  return tools;
}

function readDeclaration(value: JsonObject): Tool | undefined {
  const name = stringAt(value, 'name');
  if (!name) return undefined;
  const schema = objectAt(value, 'parametersJsonSchema') ?? toJsonSchema(objectAt(value, 'parameters') ?? null);
  const extra = restOf(value, declarationKeys);
  return defined<Tool>({
    kind: 'function', name, description: stringAt(value, 'description'),
    parameters: isJsonObject(schema) ? schema : { type: 'object', properties: {} },
    extra: Object.keys(extra).length > 0 ? extra : undefined,
  });
}

/** The tool choice in a `toolConfig`. */
export function readToolChoice(toolConfig: JsonObject | undefined): ToolChoice | undefined {
  const config = objectAt(toolConfig && camelCased(toolConfig), 'functionCallingConfig');
  if (!config) return undefined;
  const calling = camelCased(config);
  const names = arrayAt(calling, 'allowedFunctionNames').filter((name) => typeof name === 'string');
  switch (stringAt(calling, 'mode')?.toUpperCase()) {
    case 'NONE':
      return { kind: 'none' };
    case 'ANY': {
      const [only] = names;
      return only !== undefined && names.length === 1 ? { kind: 'tool', name: only } : { kind: 'required' };
    }
    case 'AUTO':
    case 'VALIDATED':
      return { kind: 'auto' };
    default:
      return undefined;
  }
}

/** The tools as Gemini takes them. Full JSON Schema is taken under `parametersJsonSchema`, so nothing has to be cut from it. */
export function writeTools(tools: Tool[], dropped: Dropped): JsonObject[] {
  const declarations: Json[] = [];
  const hosted: JsonObject[] = [];
  const functions = tools.some((tool) => tool.kind !== 'hosted');
  for (const [index, tool] of tools.entries()) {
    if (tool.kind === 'function') {
      const { behavior, ...others } = tool.extra ?? {};
      for (const member of Object.keys(others)) dropped.add(`tools[${index}].${member}`);
      if (tool.strict) dropped.add(`tools[${index}].strict`);
      const extra: JsonObject = behavior === undefined ? {} : { behavior };
      declarations.push(defined<JsonObject>({ name: tool.name, description: tool.description, parametersJsonSchema: tool.parameters, ...extra }));
    } else if (tool.kind === 'hosted') {
      const written = writeHosted(tool, functions);
      if (written) hosted.push(written.value);
      else dropped.add(toolPath(tool, index));
      for (const member of written?.lost ?? []) dropped.add(`tools[${index}].${member}`);
    }
  }
  return declarations.length > 0 ? [{ functionDeclarations: declarations }, ...hosted] : hosted;
}

// Most Gemini models refuse search together with functions; the client's functions matter more than a search it may not need.
function writeHosted(tool: Extract<Tool, { kind: 'hosted' }>, functions: boolean): WrittenSearch | undefined {
  if (tool.dialect === 'gemini') return { value: tool.value, lost: [] };
  const search = functions ? undefined : readWebSearch(tool);
  return search && googleSearch(search);
}

/** The `toolConfig` for a request's tool choice. */
export function writeToolConfig({ toolChoice, tools }: CanonicalRequest): JsonObject | undefined {
  if (!toolChoice || toolChoice.kind === 'opaque' || !tools.some((tool) => tool.kind !== 'hosted')) return undefined;
  switch (toolChoice.kind) {
    case 'auto':
      return { functionCallingConfig: { mode: 'AUTO' } };
    case 'none':
      return { functionCallingConfig: { mode: 'NONE' } };
    case 'required':
      return { functionCallingConfig: { mode: 'ANY' } };
    case 'tool':
      return { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [toolChoice.name] } };
  }
}
