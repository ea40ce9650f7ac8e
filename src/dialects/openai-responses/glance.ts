// What the gateway must know of Responses frames that pass unchanged.
import type { Glance, Glancer } from '../dialect.ts';
import type { JsonObject } from '../../lib/json.ts';
import { objectAt, stringAt } from '../../lib/json.ts';
import type { Usage } from '../../canonical/usage.ts';
import { readFault } from './fault.ts';
import { readUsage } from './usage.ts';

/** Usage of a whole answer. */
export const usageOf = (body: JsonObject): Usage | null => readUsage(body);

function lookAtEnd(json: JsonObject): Glance {
  const response = objectAt(json, 'response');
  const usage = readUsage(response);
  const finishReason = stringAt(objectAt(response, 'incomplete_details'), 'reason') ?? stringAt(response, 'status');
  return { terminal: true, ...(usage && { usage }), ...(finishReason !== undefined && { finishReason }) };
}

function lookAtFailure(json: JsonObject): Glance {
  const response = objectAt(json, 'response');
  const usage = readUsage(response);
  return { fault: readFault(objectAt(response, 'error') ?? objectAt(json, 'error') ?? json), ...(usage && { usage }) };
}

const looks: Record<string, (json: JsonObject) => Glance> = {
  'response.completed': lookAtEnd,
  'response.incomplete': lookAtEnd,
  'response.failed': lookAtFailure,
  'response.cancelled': () => ({ fault: readFault({ message: 'The response was cancelled.' }) }),
  error: lookAtFailure,
  'response.output_item.added': (json) => {
    const type = stringAt(objectAt(json, 'item'), 'type');
    return type === 'message' || type === 'reasoning' ? {} : { content: true };
  },
};

function look(json: JsonObject | undefined, event: string | null): Glance {
  if (!json) return {};
  const type = stringAt(json, 'type') ?? event ?? '';
  const found = Object.hasOwn(looks, type) ? looks[type] : undefined;
  if (found) return found(json);
  if (type.endsWith('.delta')) return { content: true };
  return objectAt(json, 'error') ? lookAtFailure(json) : {};
}

/** Looks at the frames of one stream. */
export const createGlancer = (): Glancer => (json, frame) => look(json, frame.event);
