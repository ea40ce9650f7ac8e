// Bedrock takes at most four cache points.
import { arrayAt, isJsonObject, objectAt, type JsonObject } from '../../lib/json.ts';

const maxPoints = 4;
const isPoint = (block: unknown): boolean => isJsonObject(block) && 'cachePoint' in block;

/** Takes away the points that would make the request fail: the oldest of the conversation first, for the newest ones reach furthest. */
export function keepCachePoints(body: JsonObject): void {
  const conversation = arrayAt(body, 'messages').filter(isJsonObject);
  const holders: [JsonObject | undefined, string][] = [
    ...conversation.map((turn): [JsonObject, string] => [turn, 'content']), [objectAt(body, 'toolConfig'), 'tools'], [body, 'system'],
  ];
  let surplus = holders.reduce((sum, [holder, member]) => sum + arrayAt(holder, member).filter(isPoint).length, -maxPoints);
  for (const [holder, member] of holders) {
    if (surplus <= 0) return;
    if (!holder || !Array.isArray(holder[member])) continue;
    holder[member] = arrayAt(holder, member).filter((block) => !isPoint(block) || surplus-- <= 0);
  }
}
