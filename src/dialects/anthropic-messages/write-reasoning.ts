// How much the model shall think, in Anthropic's words, with what Anthropic forbids beside it.
import type { CanonicalRequest } from '../../canonical/request.ts';
import type { JsonObject } from '../../lib/json.ts';
import { arrayAt, defined, isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';
import { fitThinking, type Thinking } from './fit-thinking.ts';
import type { Target } from '../dialect.ts';
import type { Dropped } from '../dropped.ts';
import { budgetOf, effortOf, fittingEffort, minThinkingBudget } from '../../canonical/reasoning.ts';

/** Adds `thinking` and `output_config.effort` to a body that is otherwise finished. */
export function writeReasoning(request: CanonicalRequest, target: Target, body: JsonObject, dropped: Dropped): void {
  const { reasoning } = request;
  if (!reasoning) return;
  if (target.capabilities.reasoning === false) {
    if (!reasoning.disabled) dropped.add('reasoning_effort');
    return;
  }
  if (request.dialect === 'anthropic-messages') {
    const asked = defined<Thinking>({ thinking: reasoning.source?.value, effort: reasoning.effort });
    const { thinking, effort } = fitThinking(asked, numberAt(body, 'max_tokens') ?? 0, target.capabilities) ?? asked;
    if (thinking) body['thinking'] = thinking;
    if (effort !== undefined) setEffort(body, effort);
    return;
  }
  const thinking = thinkingOf(request, target, body);
  if (!thinking) return;
  // Guaranteed refusals: a tool that must be called, and a running tool loop whose thinking is not there.
  const forced = ['any', 'tool'].includes(stringAt(objectAt(body, 'tool_choice'), 'type') ?? '');
  if (forced || hasUnthoughtCall(body)) {
    dropped.add('reasoning_effort');
    return;
  }
  body['thinking'] = thinking;
  if (thinking['type'] === 'adaptive') setEffort(body, fittingEffort(anthropicEffort(effortOf(reasoning)), target.capabilities.efforts));
  for (const [member, allowed] of [['temperature', 1], ['top_k', undefined]] as const) {
    if (body[member] === undefined || body[member] === allowed) continue;
    delete body[member];
    dropped.add(member);
  }
}

function thinkingOf({ reasoning }: CanonicalRequest, target: Target, body: JsonObject): JsonObject | undefined {
  const effort = effortOf(reasoning);
  if (effort === undefined || effort === 'none') return undefined;
  if (target.capabilities.adaptiveThinking) return { type: 'adaptive' };
  const limit = typeof body['max_tokens'] === 'number' ? body['max_tokens'] : 0;
  const budget = Math.min(Math.max(budgetOf(reasoning) ?? 0, minThinkingBudget), limit - 1);
  // No room to think: LiteLLM leaves it out too.
  return budget < minThinkingBudget ? undefined : { type: 'enabled', budget_tokens: budget };
}

const anthropicEffort = (effort: string | undefined): string => (effort === 'minimal' ? 'low' : effort ?? 'medium');

function setEffort(body: JsonObject, effort: string): void {
  body['output_config'] = { ...objectAt(body, 'output_config'), effort };
}

// The last assistant turn calls a tool and does not begin with thinking.
function hasUnthoughtCall(body: JsonObject): boolean {
  const turns = arrayAt(body, 'messages').filter(isJsonObject);
  const last = turns.findLast((turn) => turn['role'] === 'assistant');
  const blocks = arrayAt(last, 'content').filter(isJsonObject);
  const first = blocks[0]?.['type'];
  return blocks.some((block) => block['type'] === 'tool_use') && first !== 'thinking' && first !== 'redacted_thinking';
}
