// A look at Converse events that pass unchanged.
import type { Usage } from '../../canonical/usage.ts';
import type { JsonObject } from '../../lib/json.ts';
import { stringAt } from '../../lib/json.ts';
import type { Glance, Glancer } from '../dialect.ts';
import { isException, readException } from './fault.ts';
import { readUsage } from './usage.ts';
import { eventIn } from './wire.ts';

/** Usage of a whole answer; null when it has none. */
export const usageOf = (body: JsonObject): Usage | null => readUsage(body);

/** A glancer for one stream. It ends when both the stop reason and the usage came. */
export function createGlancer(): Glancer {
  let stopped = false;
  let counted = false;
  return (json, frame) => {
    if (!json) return {};
    const { name, value } = eventIn(json, frame.event);
    if (isException(name)) return { fault: readException(name, value) };
    const glance: Glance = {};
    if (name === 'contentBlockStart' || name === 'contentBlockDelta') glance.content = true;
    if (name === 'messageStop') {
      stopped = true;
      const reason = stringAt(value, 'stopReason');
      if (reason !== undefined) glance.finishReason = reason;
    }
    if (name === 'metadata') {
      counted = true;
      const usage = readUsage(value);
      if (usage) glance.usage = usage;
    }
    if (stopped && counted) glance.terminal = true;
    return glance;
  };
}
