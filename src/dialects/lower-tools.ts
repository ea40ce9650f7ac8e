// Rewrites a request for targets that know only function tools with short plain names: namespaces become part of the name,
// freeform tools become functions with one string, history and tool choice alike. `restore.ts` puts the answer back.
import { toldPart } from './told-blocks.ts';
import type { CanonicalRequest, Message, Part, Tool } from '../canonical/request.ts';
import type { Disguises } from './dialect.ts';
import { defined, stringAt } from '../lib/json.ts';
import type { JsonObject } from '../lib/json.ts';
import { freeformMember } from './restore.ts';
import { maxToolNameCharacters, ToolNames } from './tool-names.ts';

/** How much a target understands of the Responses dialect's tools. */
export interface LoweringOptions {
  /** Keeps freeform tools and namespaces (a Responses target) and only shortens names. */
  native?: boolean;
  /** Keeps freeform tools, but no namespaces (OpenAI's chat). */
  keepsFreeform?: boolean;
  maxNameCharacters?: number;
  /** Knows Anthropic's blocks; elsewhere those that say something in words become texts. */
  keepsBlocks?: boolean;
}

/** A request that its target understands, and what must be put back in the answer. */
export interface LoweredRequest {
  request: CanonicalRequest;
  disguises?: Disguises;
}

/** Lowers the tools of a request, and with them its history and tool choice. */
export function lowerTools(source: CanonicalRequest, options: LoweringOptions = {}): LoweredRequest {
  const { native = false, keepsFreeform = false, keepsBlocks = false, maxNameCharacters = maxToolNameCharacters } = options;
  const names = new ToolNames(maxNameCharacters);
  const keeps = (kind: 'function' | 'custom', namespace: string | undefined): boolean =>
    (native && (kind === 'custom' || namespace !== undefined)) || (keepsFreeform && kind === 'custom' && namespace === undefined);
  const tools = source.tools.map((tool): Tool => {
    if (tool.kind === 'hosted' || keeps(tool.kind, tool.namespace)) return tool;
    const name = names.add(tool, tool.kind === 'custom');
    if (tool.kind === 'custom') return defined<Tool>({ kind: 'function', name, description: customDescription(tool), parameters: customParameters });
    const { namespace: _namespace, ...rest } = tool;
    return { ...rest, name };
  });
  const lowerPart = (part: Part): Part => {
    if (part.type === 'opaque') return keepsBlocks ? part : toldPart(part);
    if (part.type === 'tool-result') {
      const told = keepsBlocks || !part.content.some(({ type }) => type === 'opaque') ? part : { ...part, content: part.content.map(toldPart) };
      return native || keepsFreeform || told.kind === 'function' ? told : { ...told, kind: 'function' };
    }
    if (part.type !== 'tool-call' || keeps(part.kind, part.namespace)) return part;
    const { namespace, ...rest } = part;
    const text = part.kind === 'custom' ? JSON.stringify({ [freeformMember]: part.arguments }) : part.arguments;
    return { ...rest, name: names.toTarget(part.name, namespace), kind: 'function', arguments: text };
  };
  const messages: Message[] = source.messages.map((message) => ({ ...message, parts: message.parts.map(lowerPart) }));
  const request: CanonicalRequest = { ...source, messages, tools };
  const { toolChoice } = source;
  if (toolChoice?.kind === 'tool') {
    const chosen = source.tools.findIndex((tool) => tool.kind !== 'hosted' && tool.name === toolChoice.name);
    const lowered = tools[chosen];
    if (lowered && lowered.kind !== 'hosted') request.toolChoice = { kind: 'tool', name: lowered.name };
  }
  return names.disguised.size > 0 ? { request, disguises: { tools: names.disguised } } : { request };
}

const customParameters: JsonObject = {
  type: 'object',
  properties: { [freeformMember]: { type: 'string', description: 'The raw input of the tool, exactly as it takes it.' } },
  required: [freeformMember],
};

// The grammar has no place in a function tool, but the model still needs to know it.
function customDescription(tool: Extract<Tool, { kind: 'custom' }>): string | undefined {
  const definition = stringAt(tool.format, 'definition');
  if (definition === undefined) return tool.description;
  const grammar = `The content must follow this ${stringAt(tool.format, 'syntax') ?? ''} grammar:\n${definition}`;
  return tool.description === undefined ? grammar : `${tool.description}\n\n${grammar}`;
}
