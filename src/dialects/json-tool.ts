// A JSON answer from a provider that takes no schema: a tool is added whose arguments are the answer.
import type { CanonicalRequest, Tool } from '../canonical/request.ts';

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
