// A JSON answer from a provider that takes no schema: a tool is added whose arguments are the answer.
import type { CanonicalRequest, Tool } from '../canonical/request.ts';
import { freeformMember } from './restore.ts';
import type { JsonObject } from '../lib/json.ts';

/** LiteLLM's name for the tool. */
export const jsonToolName = 'json_tool_call';

/** The request with the tool added and demanded; the request itself when it asks for no schema. */
export function withJsonTool(request: CanonicalRequest): CanonicalRequest {
  const format = request.responseFormat;
  if (format?.kind !== 'json-schema') return request;
  const description = format.description ?? 'Answer with this tool. Its arguments are the answer.';
  const tool: Tool = { kind: 'function', name: jsonToolName, description, parameters: format.schema };
  const { responseFormat: _replaced, ...rest } = request;
  // With tools of the client the model may call those first.
  return { ...rest, tools: [...request.tools, tool], toolChoice: request.tools.length > 0 ? { kind: 'required' } : { kind: 'tool', name: jsonToolName } };
}

/** The schema of a freeform tool that is sent as a function. */
export function freeformParameters(format: JsonObject | undefined): JsonObject {
  const grammar = format === undefined ? '' : ` Its format: ${JSON.stringify(format)}`;
  return {
    type: 'object', required: [freeformMember], additionalProperties: false,
    properties: { [freeformMember]: { type: 'string', description: `The whole input of the tool as free text.${grammar}` } },
  };
}

/** The arguments of a freeform call that is sent as a function's. */
export const freeformArguments = (text: string): string => JSON.stringify({ [freeformMember]: text });
