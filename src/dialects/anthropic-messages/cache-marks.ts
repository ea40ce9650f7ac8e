// Anthropic takes at most four cache marks and none on thinking.
import type { JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject } from '../../lib/json.ts';

const maxMarks = 4;

/** Takes away the marks that would make the request fail: the oldest of the conversation first, for the newest ones reach furthest. */
export function keepCacheMarks(body: JsonObject): void {
  const fixed = [...blocksOf(body, 'tools'), ...blocksOf(body, 'system')].filter(isMarked);
  const conversation = blocksOf(body, 'messages').flatMap((message) => blocksOf(message, 'content'))
    .flatMap((block) => blocksOf(block, 'content').concat(block)).filter(isMarked);
  const surplus = fixed.length + conversation.length - maxMarks + (isJsonObject(body['cache_control']) ? 1 : 0);
  if (surplus <= 0) return;
  for (const block of [...conversation, ...fixed].slice(0, surplus)) delete block['cache_control'];
}

const blocksOf = (holder: JsonObject, member: string): JsonObject[] => arrayAt(holder, member).filter(isJsonObject);

const isMarked = (block: JsonObject): boolean => isJsonObject(block['cache_control']);
