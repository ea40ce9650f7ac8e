// The response cache for lists of embedding inputs: each input is kept on its own, so that a list of which some are known asks the
// provider only for the others. The parts are put together in the order of the request.
import { cacheSlot, type CacheSettings, type CacheSlot } from './cache-stage.ts';
import { emptyUsage, type Usage } from '../canonical/usage.ts';
import { findMember, memberValue, outlineOf } from '../lib/json-members.ts';
import { isJsonObject, numberAt } from '../lib/json.ts';
import { itemsOf } from '../lib/touch.ts';
import { JsonBody } from '../lib/json-body.ts';
import { spliceMembers } from '../lib/splice.ts';
import type { Controls } from './controls.ts';
import type { Exchange } from './exchange.ts';

/** A list of inputs with what the cache knows of them. */
export interface EmbeddingSlots {
  slots: readonly CacheSlot[];
  /** The body that asks for the unknown inputs; null when all are known. */
  missing: JsonBody | null;
}

// A key is made for each input of a list; a longer list is one key.
const maxInputs = 2_048;

/** The inputs' places in the cache; null when the input is no list of several inputs, or the cache has no part in it. */
export async function embeddingSlots(settings: CacheSettings | null, exchange: Exchange, body: JsonBody, controls: Controls): Promise<EmbeddingSlots | null> {
  const input = settings && findMember(body.outline, 'input');
  if (!input || body.bytes[input.valueStart] !== 0x5b) return null;
  const items = itemsOf(body.bytes, input.valueStart).map(({ start, end }) => body.bytes.toString('utf8', start, end));
  // A list of numbers is one input of tokens.
  if (items.length < 2 || items.length > maxInputs || !items.every((item) => item.startsWith('"') || item.startsWith('['))) return null;
  const found = await Promise.all(items.map((item) => {
    const single = withInput(body, item);
    return single && cacheSlot(settings, exchange, single, controls, 'part');
  }));
  const slots = found.filter((slot): slot is CacheSlot => slot !== null);
  if (slots.length !== items.length) return null;
  const unknown = items.filter((_, index) => !slots[index]?.hit);
  return { slots, missing: unknown.length === 0 ? null : withInput(body, `[${unknown.join(',')}]`) };
}

/** An answer made of known embeddings and, where some were missing, the provider's answer. Keeps what is new. Null when the answer is not a list as long as was asked for. */
export function joinEmbeddings(slots: readonly CacheSlot[], fresh: Buffer | null, model: string, deploymentId: string, costUsd: number | null): { body: Buffer; known: number } | null {
  const answer = fresh ? embeddingsOf(fresh) : { texts: [], usage: null };
  const unknown = slots.filter((slot) => !slot.hit);
  if (!answer || answer.texts.length !== unknown.length) return null;
  const share = Math.ceil((answer.usage?.inputTokens ?? 0) / Math.max(1, unknown.length));
  for (const [index, slot] of unknown.entries()) {
    const usage = { ...emptyUsage(), inputTokens: share };
    slot.keep({ body: wrapped(answer.texts[index] ?? '', model, share), usage, finishReason: null, deploymentId, costUsd: costUsd === null ? null : costUsd / Math.max(1, unknown.length) });
  }
  let next = 0;
  let tokens = answer.usage?.inputTokens ?? 0;
  const data = slots.map((slot, index) => {
    const text = slot.hit ? embeddingsOf(slot.hit.body)?.texts[0] ?? '""' : answer.texts[next++] ?? '""';
    tokens += slot.hit?.usage?.inputTokens ?? 0;
    return `{"object":"embedding","index":${index},"embedding":${text}}`;
  });
  return { body: listText(data, model, tokens), known: slots.length - unknown.length };
}

// The form of an answer for a single input, so that one and the same key serves both.
const wrapped = (text: string, model: string, tokens: number): Buffer => listText([`{"object":"embedding","index":0,"embedding":${text}}`], model, tokens);

const listText = (data: readonly string[], model: string, tokens: number): Buffer => Buffer.from(
  `{"object":"list","data":[${data.join(',')}],"model":${JSON.stringify(model)},"usage":{"prompt_tokens":${tokens},"completion_tokens":0,"total_tokens":${tokens},"completion_tokens_details":null,"prompt_tokens_details":null}}`,
);

/** The embeddings of an answer as JSON text, in the order of their indexes. */
function embeddingsOf(bytes: Buffer): { texts: string[]; usage: Usage | null } | null {
  const outline = outlineOf(bytes);
  const data = outline && findMember(outline, 'data');
  if (!data || bytes[data.valueStart] !== 0x5b) return null;
  const texts: string[] = [];
  for (const [place, { start, end }] of itemsOf(bytes, data.valueStart).entries()) {
    const item = bytes.subarray(start, end);
    const inner = outlineOf(item);
    const embedding = inner && findMember(inner, 'embedding');
    if (!inner || !embedding) return null;
    const index = memberValue(item, findMember(inner, 'index'));
    texts[typeof index === 'number' ? index : place] = item.toString('utf8', embedding.valueStart, embedding.valueEnd);
  }
  const usage = memberValue(bytes, findMember(outline, 'usage'));
  const tokens = isJsonObject(usage) ? numberAt(usage, 'prompt_tokens') : undefined;
  return { texts, usage: tokens === undefined ? null : { ...emptyUsage(), inputTokens: tokens } };
}

const withInput = (body: JsonBody, input: string): JsonBody | null => JsonBody.read(spliceMembers(body.bytes, body.outline, new Map([['input', input]])));
