// How much the model shall think: no part of Converse, so each family is told in its own words, with what it forbids beside.
import type { CanonicalRequest } from '../../canonical/request.ts';
import { budgetOf, effortOf, fittingEffort, minThinkingBudget } from '../../canonical/reasoning.ts';
import { defined, isJsonObject, numberAt, objectAt, type JsonObject } from '../../lib/json.ts';
import { fitThinking, type Thinking } from '../anthropic-messages/fit-thinking.ts';
import type { Target } from '../dialect.ts';
import type { Dropped } from '../dropped.ts';
import { isReasoningNova, type Family } from './families.ts';

/** Adds what tells the model to think to a body that is otherwise finished. */
export function writeReasoning(request: CanonicalRequest, target: Target, family: Family, body: JsonObject, fields: JsonObject, dropped: Dropped): void {
  const effort = effortOf(request.reasoning);
  if (!request.reasoning || effort === undefined) return;
  switch (family.reasoning) {
    case 'anthropic':
      if (target.capabilities.reasoning === false) break;
      writeThinking(request, target, body, fields, dropped);
      return;
    case 'nova':
      if (effort === 'none' || isReasoningNova(target.model)) {
        if (effort !== 'none') fields['reasoningConfig'] = { type: 'enabled', maxReasoningEffort: novaEffort(effort) };
        return;
      }
      break;
    case 'effort':
      if (effort !== 'none') fields['reasoning_effort'] = effort === 'minimal' ? 'low' : effort;
      return;
    case null:
      if (effort === 'none') return;
  }
  dropped.add('reasoning_effort');
}

const novaEffort = (effort: string): string => (effort === 'low' || effort === 'minimal' ? 'low' : effort === 'medium' ? 'medium' : 'high');

function writeThinking(request: CanonicalRequest, target: Target, body: JsonObject, fields: JsonObject, dropped: Dropped): void {
  const { reasoning, dialect } = request;
  if (dialect === 'anthropic-messages') {
    const asked = defined<Thinking>({ thinking: reasoning?.source?.value, effort: reasoning?.effort });
    const fitting = fitThinking(asked, request.maxOutputTokens ?? target.defaultMaxOutputTokens, target.capabilities) ?? asked;
    if (fitting.thinking) fields['thinking'] = fitting.thinking;
    if (fitting.effort !== undefined) fields['output_config'] = { effort: fitting.effort };
    return;
  }
  const effort = effortOf(reasoning);
  if (effort === 'none') return;
  // Guaranteed refusals: a tool that must be called, and a running tool loop whose thinking is not there.
  const choice = objectAt(objectAt(body, 'toolConfig'), 'toolChoice');
  const thinking = thinkingOf(request, target, body);
  if (!thinking) return;
  if ((choice && !('auto' in choice)) || hasUnthoughtCall(body)) {
    dropped.add('reasoning_effort');
    return;
  }
  fields['thinking'] = thinking;
  if (thinking['type'] === 'adaptive') fields['output_config'] = { effort: fittingEffort(effort === 'minimal' ? 'low' : effort ?? 'medium', target.capabilities.efforts) };
  const inference = objectAt(body, 'inferenceConfig');
  if (inference && inference['temperature'] !== undefined && inference['temperature'] !== 1) {
    delete inference['temperature'];
    dropped.add('temperature');
  }
  if (fields['top_k'] !== undefined) {
    delete fields['top_k'];
    dropped.add('top_k');
  }
}

function thinkingOf({ reasoning }: CanonicalRequest, target: Target, body: JsonObject): JsonObject | undefined {
  if (target.capabilities.adaptiveThinking) return { type: 'adaptive' };
  // A budget must lie below the output limit, so there has to be one.
  const inference = objectAt(body, 'inferenceConfig') ?? {};
  inference['maxTokens'] ??= target.defaultMaxOutputTokens;
  body['inferenceConfig'] = inference;
  const budget = Math.min(Math.max(budgetOf(reasoning) ?? 0, minThinkingBudget), (numberAt(inference, 'maxTokens') ?? 0) - 1);
  return budget < minThinkingBudget ? undefined : { type: 'enabled', budget_tokens: budget };
}

// The last assistant turn calls a tool and does not begin with reasoning.
function hasUnthoughtCall(body: JsonObject): boolean {
  const turns = Array.isArray(body['messages']) ? body['messages'].filter(isJsonObject) : [];
  const content = turns.findLast((turn) => turn['role'] === 'assistant')?.['content'];
  const blocks = Array.isArray(content) ? content.filter(isJsonObject) : [];
  return blocks.some((block) => 'toolUse' in block) && !(blocks[0] && 'reasoningContent' in blocks[0]);
}
