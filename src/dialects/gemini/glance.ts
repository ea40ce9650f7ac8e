// What the gateway must know of Gemini chunks that pass unchanged.
import type { Glance, Glancer } from '../dialect.ts';
import type { JsonObject } from '../../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';
import type { Usage } from '../../canonical/usage.ts';
import { readFault } from './fault.ts';
import { blockReason } from './read-stream.ts';
import { mergeUsage, readUsage } from './usage.ts';
import { camelCased } from './wire.ts';
import { isContentPart } from './write-stream.ts';

/** Usage of a whole answer. */
export const usageOf = (body: JsonObject): Usage | null => readUsage(camelCased(body));

/** Looks at the chunks of one stream: it may end once every candidate that was seen has its finish reason, but counts and sources may follow. */
export function createGlancer(): Glancer {
  const finished = new Map<number, boolean>();
  let total: Usage | null = null;
  return (json) => {
    if (!json) return {};
    const error = objectAt(json, 'error');
    if (error) return { fault: readFault(error) };
    const body = camelCased(json);
    const glance: Glance = {};
    const usage = readUsage(body);
    if (usage) glance.usage = total = mergeUsage(total, usage);
    const blocked = blockReason(body);
    if (blocked !== undefined) Object.assign(glance, { finishReason: blocked, endable: true });
    for (const [index, candidate] of arrayAt(body, 'candidates').entries()) {
      if (isJsonObject(candidate)) lookAtCandidate(glance, finished, camelCased(candidate), index);
    }
    if (finished.size > 0 && [...finished.values()].every(Boolean)) glance.endable = true;
    else if (finished.size > 0) glance.endable = false;
    return glance;
  };
}

function lookAtCandidate(glance: Glance, finished: Map<number, boolean>, candidate: JsonObject, place: number): void {
  const index = numberAt(candidate, 'index') ?? place;
  const reason = stringAt(candidate, 'finishReason');
  if (reason !== undefined) glance.finishReason = reason;
  finished.set(index, reason !== undefined || finished.get(index) === true);
  if (arrayAt(objectAt(candidate, 'content'), 'parts').some(isContentPart)) glance.content = true;
}
