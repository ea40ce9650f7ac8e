// Thinking in the words that one of Anthropic's models takes. Its clients guess by the model's name, and a gateway's names tell them nothing:
// Claude Code sends the newest words to every model that it does not know. Rules as in LiteLLM (llms/anthropic, version 1.106.2).
import { budgetOfEffort, effortOfBudget, minThinkingBudget } from '../../canonical/reasoning.ts';
import type { Capabilities } from '../dialect.ts';
import { defined, numberAt, stringAt, type JsonObject } from '../../lib/json.ts';

/** `thinking` and `output_config.effort` of a body. */
export interface Thinking {
  thinking?: JsonObject;
  effort?: string;
}

/** What to send instead; null: what came is right, or nobody knows. `maxTokens` is the body's limit of output. */
export function fitThinking({ thinking, effort }: Thinking, maxTokens: number, capabilities: Capabilities): Thinking | null {
  const type = stringAt(thinking, 'type');
  if (capabilities.adaptiveThinking) return forAdaptive(thinking, effort, capabilities);
  if (capabilities.adaptiveThinking === undefined || (effort === undefined && type !== 'adaptive')) return null;
  if (capabilities.effortParameter) {
    if (type !== 'adaptive') return null;
    if (effort === undefined || plainEfforts.has(effort)) return defined<Thinking>({ effort });
  }
  if (capabilities.reasoning === false) return {};
  if (type === 'enabled' && thinking) return { thinking };
  if (type === 'disabled' || maxTokens <= minThinkingBudget) return {};
  return { thinking: { type: 'enabled', budget_tokens: Math.min(budgetOfEffort(effort ?? 'medium'), maxTokens - 1) } };
}

// The ones that every model with the parameter knows.
const plainEfforts: ReadonlySet<string> = new Set(['low', 'medium', 'high']);
const shown: ReadonlySet<string> = new Set(['summarized', 'omitted']);

function forAdaptive(thinking: JsonObject | undefined, effort: string | undefined, { sampling, alwaysThinks }: Capabilities): Thinking | null {
  const type = stringAt(thinking, 'type');
  if (type === 'disabled' && alwaysThinks) return defined<Thinking>({ effort });
  // The models that lost sampling lost budgets too.
  if (type !== 'enabled' || sampling !== 'none') return null;
  const display = stringAt(thinking, 'display');
  return {
    thinking: defined<JsonObject>({ type: 'adaptive', display: display !== undefined && shown.has(display) ? display : undefined }),
    effort: effort ?? effortOfBudget(numberAt(thinking, 'budget_tokens') ?? 0).replace('minimal', 'low'),
  };
}
