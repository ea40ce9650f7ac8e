// Blocks of Anthropic's dialect that say something in words: other dialects have no such block, but the words are not lost.
import { arrayAt, isJsonObject, objectAt, stringAt, type JsonObject } from '../lib/json.ts';
import type { Part } from '../canonical/request.ts';

const tellers: Readonly<Record<string, (block: JsonObject) => string | undefined>> = {
  // Its own models load the tool then; here it was offered from the beginning.
  tool_reference: (block) => (stringAt(block, 'tool_name') === undefined ? undefined : `The tool ${stringAt(block, 'tool_name') ?? ''} is available.`),
  search_result: (block) => [stringAt(block, 'title'), stringAt(block, 'source'), wordsOf(block)].filter(Boolean).join('\n'),
  // A document that is given as blocks of text.
  document(block) {
    const source = objectAt(block, 'source');
    return source?.['type'] === 'content' ? [stringAt(block, 'title'), wordsOf(source)].filter(Boolean).join('\n\n') : undefined;
  },
};

function wordsOf(holder: JsonObject): string {
  const { content } = holder;
  return typeof content === 'string' ? content : arrayAt(holder, 'content').filter(isJsonObject).map((block) => stringAt(block, 'text') ?? '').filter((text) => text !== '').join('\n');
}

/** The part as a text, where its block says something in words; else the part itself. */
export function toldPart(part: Part): Part {
  if (part.type !== 'opaque' || part.dialect !== 'anthropic-messages') return part;
  const type = stringAt(part.value, 'type') ?? '';
  const text = Object.hasOwn(tellers, type) ? tellers[type]?.(part.value) : undefined;
  return text ? { type: 'text', text } : part;
}
