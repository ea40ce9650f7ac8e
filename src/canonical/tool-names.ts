// Namespaces, freeform tools and long names for targets that know only function tools with short names, and the way back.
// `lowerTools` is for request writers, `ToolRaiser` for answer writers; both work from the request alone, so nothing
// has to travel between them. Forms follow LiteLLM: `namespace__tool`, freeform input as `{"content": "…"}`,
// `name[:55]_sha256[:8]` for names over 64 characters.
import { createHash } from 'node:crypto';
import type { CanonicalAnswer } from './answer.ts';
import type { CanonicalRequest, Message, Part, Tool } from './request.ts';
import type { StreamEvent } from './event.ts';
import { defined, parseJsonObject, stringAt } from '../lib/json.ts';

const maxNameLength = 64;

/** The namespace whose tools keep their bare name: models know these tools without it, and some providers reserve the word. */
const bareNamespace = 'functions';

/** A tool as the client knows it. */
export interface ToolOrigin {
  name: string;
  namespace?: string;
  kind: 'function' | 'custom';
}

/** The client's tools by the name that the provider knows. Tools that look the same to both are left out. */
export type ToolNames = ReadonlyMap<string, ToolOrigin>;

interface Names {
  raised: Map<string, ToolOrigin>;
  lowered: Map<string, string>;
}

const originKey = (name: string, namespace: string | undefined): string => `${namespace ?? ''}\0${name}`;

const shortHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);

function flatName(name: string, namespace: string | undefined): string {
  const whole = namespace === undefined || namespace === bareNamespace ? name : `${namespace}__${name}`;
  if (whole.length <= maxNameLength && /^[a-zA-Z0-9_-]+$/.test(whole)) return whole;
  const clean = whole.replaceAll(/[^a-zA-Z0-9_-]/g, '_');
  return clean.length <= maxNameLength ? clean : `${clean.slice(0, 55)}_${shortHash(whole)}`;
}

function namesOf(tools: Tool[]): Names {
  const names: Names = { raised: new Map(), lowered: new Map() };
  const taken = new Set<string>();
  for (const tool of tools) {
    if (tool.kind === 'hosted') continue;
    const { name, namespace, kind } = tool;
    let lowered = flatName(name, namespace);
    if (taken.has(lowered)) lowered = `${lowered.slice(0, 55)}_${shortHash(originKey(name, namespace))}`;
    taken.add(lowered);
    names.lowered.set(originKey(name, namespace), lowered);
    if (lowered !== name || namespace !== undefined || kind === 'custom') {
      names.raised.set(lowered, defined<ToolOrigin>({ name, namespace, kind }));
    }
  }
  return names;
}

/** The names that a provider may use for this request's tools although the client knows them by others. */
export const toolNames = (request: CanonicalRequest): ToolNames => namesOf(request.tools).raised;

/**
 * The request with function tools only, each with a name of at most 64 plain characters; its history alike.
 * `native` keeps freeform tools and namespaces (a Responses target) and only shortens names.
 */
export function lowerTools(request: CanonicalRequest, native = false): CanonicalRequest {
  const { lowered } = namesOf(request.tools);
  const lower = (name: string, namespace: string | undefined): string =>
    lowered.get(originKey(name, namespace)) ?? flatName(name, namespace);
  const keep = (kind: 'function' | 'custom', namespace: string | undefined): boolean =>
    native && (kind === 'custom' || namespace !== undefined);

  const lowerPart = (part: Part): Part => {
    if (part.type === 'tool-result') {
      return keep(part.kind, undefined) || part.kind === 'function' ? part : { ...part, kind: 'function' };
    }
    if (part.type !== 'tool-call' || keep(part.kind, part.namespace)) return part;
    const { namespace, ...rest } = part;
    const text = part.kind === 'custom' ? JSON.stringify({ content: part.arguments }) : part.arguments;
    return { ...rest, name: lower(part.name, namespace), kind: 'function', arguments: text };
  };
  const lowerTool = (tool: Tool): Tool => {
    if (tool.kind === 'hosted' || keep(tool.kind, tool.namespace)) return tool;
    const name = lower(tool.name, tool.namespace);
    if (tool.kind === 'custom') return defined<Tool>({ kind: 'function', name, description: customDescription(tool), parameters: customParameters });
    const { namespace: _namespace, ...rest } = tool;
    return { ...rest, name };
  };
  const messages: Message[] = request.messages.map((message) => ({ ...message, parts: message.parts.map(lowerPart) }));
  const result: CanonicalRequest = { ...request, messages, tools: request.tools.map(lowerTool) };
  const { toolChoice } = request;
  if (toolChoice?.kind === 'tool') {
    const chosen = request.tools.find((tool) => tool.kind !== 'hosted' && tool.name === toolChoice.name);
    if (chosen && chosen.kind !== 'hosted' && !keep(chosen.kind, chosen.namespace)) {
      result.toolChoice = { kind: 'tool', name: lower(chosen.name, chosen.namespace) };
    }
  }
  return result;
}

const customParameters = {
  type: 'object',
  properties: { content: { type: 'string', description: 'The raw input of the tool, exactly as it takes it.' } },
  required: ['content'],
};

// The grammar has no place in a function tool, but the model still needs to know it.
function customDescription(tool: Extract<Tool, { kind: 'custom' }>): string | undefined {
  const definition = stringAt(tool.format, 'definition');
  if (definition === undefined) return tool.description;
  const grammar = `The content must follow this ${stringAt(tool.format, 'syntax') ?? ''} grammar:\n${definition}`;
  return tool.description === undefined ? grammar : `${tool.description}\n\n${grammar}`;
}

/** The freeform input inside the arguments of a lowered call; the text itself when the model did not keep to the form. */
export function customInput(text: string): string {
  const content = parseJsonObject(text);
  return stringAt(content, 'content') ?? stringAt(content, 'input') ?? text;
}

/** Gives the calls in a stream of events the names and kinds that the client knows. One per answer. */
export class ToolRaiser {
  private readonly held = new Map<string, string>();

  constructor(private readonly names: ToolNames) {}

  /** The events to write for one event. The input of a freeform call is held back until it is whole. */
  raise(event: StreamEvent): StreamEvent[] {
    if (this.names.size === 0) return [event];
    if (event.type === 'block-start') return [this.raiseStart(event)];
    if (event.type !== 'block-delta' && event.type !== 'block-stop') return [event];
    const key = `${event.choice}:${event.block}`;
    const text = this.held.get(key);
    if (text === undefined) return [event];
    if (event.type === 'block-delta') {
      this.held.set(key, text + event.text);
      return [];
    }
    this.held.delete(key);
    return [{ type: 'block-delta', choice: event.choice, block: event.block, text: customInput(text) }, event];
  }

  private raiseStart(event: Extract<StreamEvent, { type: 'block-start' }>): StreamEvent {
    const { start } = event;
    if (start.kind !== 'tool-call' || start.call === 'custom' || start.namespace !== undefined) return event;
    const origin = this.names.get(start.name);
    if (!origin) return event;
    if (origin.kind === 'custom') this.held.set(`${event.choice}:${event.block}`, '');
    const { kind: call, ...named } = origin;
    return { ...event, start: { ...start, ...named, call } };
  }
}

/** A whole answer with the names and kinds that the client knows. */
export function raiseAnswer(answer: CanonicalAnswer, names: ToolNames): CanonicalAnswer {
  if (names.size === 0) return answer;
  const choices = answer.choices.map((choice) => ({
    ...choice,
    blocks: choice.blocks.map((block) => {
      const { start } = block;
      if (start.kind !== 'tool-call' || start.call === 'custom' || start.namespace !== undefined) return block;
      const origin = names.get(start.name);
      if (!origin) return block;
      const { kind: call, ...named } = origin;
      return { ...block, start: { ...start, ...named, call }, text: call === 'custom' ? customInput(block.text) : block.text };
    }),
  }));
  return { ...answer, choices };
}
