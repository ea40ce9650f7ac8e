// Marks for a provider's prompt cache that the client did not set: where the configuration or a request wants them
// (`cache_control_injection_points`), or at the usual places (`enable_anthropic_prompt_caching`). The rules are LiteLLM's: a point names a role or a
// place in the conversation, the last part of a message is marked, marks of the client stay, and there are never more than four.
import { arrayAt, isJsonObject, objectAt, stringAt, type Json, type JsonObject } from '../lib/json.ts';
import type { CanonicalRequest, Message, Part } from '../canonical/request.ts';

/** One place. */
export interface CachePoint {
  /** `tools`: behind the tools. */
  where: 'message' | 'tools';
  role: string | null;
  /** Counted from the begin, or from the end when negative. */
  index: number | null;
  mark: JsonObject;
}

/** Where marks go. */
export interface CachePlan {
  points: readonly CachePoint[];
  /** Only when the client marks nothing itself. */
  standsDown: boolean;
}

const maxMarks = 4;
const maxPoints = 20;
const usualMark: JsonObject = { type: 'ephemeral' };

/** The system prompt and the last turn: what stays the same is read again, and the mark moves on with the conversation. */
export const usualPoints = (ttl: string | undefined): readonly CachePoint[] => {
  const mark = ttl === undefined ? usualMark : { ...usualMark, ttl };
  return [{ where: 'message', role: 'system', index: null, mark }, { where: 'message', role: null, index: -1, mark }];
};

/** The points of a list as LiteLLM writes them; what is none is passed over. */
export function readCachePoints(value: unknown): CachePoint[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, maxPoints).filter(isJsonObject).flatMap((point): CachePoint[] => {
    const location = stringAt(point, 'location');
    const role = stringAt(point, 'role') ?? null;
    const number = typeof point['index'] === 'number' || typeof point['index'] === 'string' ? Number(point['index']) : NaN;
    const index = Number.isInteger(number) ? number : null;
    const mark = objectAt(point, 'control') ?? usualMark;
    if (location === 'tool_config') return [{ where: 'tools', role: null, index: null, mark }];
    return location === 'message' && (role !== null || index !== null) ? [{ where: 'message', role, index, mark }] : [];
  });
}

interface Place {
  role: string;
  marked: boolean;
  mark: (mark: JsonObject) => void;
}

/** `indexed`: the places that an index counts. `marks`: how many there are already. */
function place({ points, standsDown }: CachePlan, places: readonly Place[], indexed: readonly Place[], tools: Place | null, marks: number): boolean {
  if (standsDown && marks > 0) return false;
  let count = marks;
  for (const { where, role, index, mark } of points) {
    const meant = where === 'tools' ? [tools] : index !== null ? [indexed.at(index)] : places.filter((one) => one.role === role);
    for (const one of meant) {
      if (!one || one.marked || count >= maxMarks) continue;
      one.mark(mark);
      one.marked = true;
      count++;
    }
  }
  return count > marks;
}

/** Marks a request that is translated, in its place. */
export function markRequest(request: CanonicalRequest, plan: CachePlan): void {
  const places = request.messages.map(placeOfMessage);
  // In Anthropic's dialect the system prompt is no message.
  const indexed = request.dialect === 'anthropic-messages' ? places.filter(({ role }) => role !== 'system') : places;
  const lastTool = request.tools.findLast((tool) => tool.kind === 'function');
  const tools = lastTool ? { role: 'tools', marked: lastTool.cacheControl !== undefined, mark: (mark: JsonObject) => void (lastTool.cacheControl = mark) } : null;
  const inTools = request.tools.filter((tool) => tool.kind === 'function' && tool.cacheControl !== undefined).length;
  const marks = inTools + request.messages.reduce((sum, { parts }) => sum + parts.filter(isMarkedPart).length, 0) + (isJsonObject(request.extra['cache_control']) ? 1 : 0);
  place(plan, places, indexed, tools, marks);
}

const isMarkedPart = (part: Part): boolean => 'cacheControl' in part && part.cacheControl !== undefined;

function placeOfMessage({ role, parts }: Message): Place {
  const last = parts.findLast((part) => part.type !== 'thinking' && part.type !== 'redacted-thinking' && part.type !== 'refusal' && part.type !== 'opaque');
  const isResult = parts.length > 0 && parts.every((part) => part.type === 'tool-result');
  return {
    role: isResult ? 'tool' : role, marked: !last || parts.some(isMarkedPart),
    mark: (mark) => {
      if (last) last.cacheControl = mark;
    },
  };
}

/**
 * Marks a body of Chat Completions or Messages whose bytes pass otherwise. `member` reads one of its members. Gives the members that changed.
 */
export function markedMembers(member: (name: string) => unknown, plan: CachePlan): Map<string, Json> {
  const changed = new Map<string, Json>();
  const listOf = (name: string): Json[] => {
    const value = member(name);
    return Array.isArray(value) ? [...value as Json[]] : [];
  };
  const [messages, tools, system] = [listOf('messages'), listOf('tools'), member('system')];
  const blocks = typeof system === 'string' && system !== '' ? [{ type: 'text', text: system }] : Array.isArray(system) ? [...system as Json[]] : [];
  const indexed = messages.map((message, at) => placeOfJson(message, (marked) => {
    messages[at] = marked;
    changed.set('messages', messages);
  }));
  const places = [...(blocks.length > 0 ? [placeOfJson({ role: 'system', content: blocks }, ({ content }) => void changed.set('system', content ?? null))] : []), ...indexed];
  const lastTool = tools.at(-1);
  const behindTools = isJsonObject(lastTool)
    ? { role: 'tools', marked: isMarked(lastTool), mark: (mark: JsonObject) => void changed.set('tools', [...tools.slice(0, -1), { ...lastTool, cache_control: mark }]) } : null;
  const contents = [...messages, ...(blocks.length > 0 ? [{ content: blocks }] : [])].filter(isJsonObject).flatMap((message) => [message, ...arrayAt(message, 'content')]);
  const marks = [...contents, ...tools].filter((value) => isJsonObject(value) && isMarked(value)).length + (isJsonObject(member('cache_control')) ? 1 : 0);
  place(plan, places, indexed, behindTools, marks);
  return changed;
}

const isMarked = (value: JsonObject): boolean => isJsonObject(value['cache_control']);

function placeOfJson(message: Json, put: (marked: JsonObject) => void): Place {
  if (!isJsonObject(message)) return { role: '', marked: true, mark: () => undefined };
  const { content } = message;
  const blocks: Json[] = typeof content === 'string' && content !== '' ? [{ type: 'text', text: content }] : Array.isArray(content) ? content : [];
  const last = blocks.at(-1);
  const role = stringAt(message, 'role') ?? '';
  if (!isJsonObject(last) || (stringAt(last, 'type') ?? '').endsWith('thinking')) return { role, marked: true, mark: () => undefined };
  return { role, marked: [message, ...blocks].some((block) => isJsonObject(block) && isMarked(block)), mark: (mark) => put({ ...message, content: [...blocks.slice(0, -1), { ...last, cache_control: mark }] }) };
}
