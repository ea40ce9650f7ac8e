// How much a Gemini model shall think: levels for the third generation and later, budgets before.
import type { Reasoning } from '../../canonical/request.ts';
import { effortOf } from '../../canonical/reasoning.ts';
import type { Target } from '../dialect.ts';
import type { JsonObject } from '../../lib/json.ts';
import { defined } from '../../lib/json.ts';

// LiteLLM's budgets.
const budgets: Record<string, number> = { none: 0, minimal: 128, low: 1024, medium: 2048, high: 4096, xhigh: 8192, max: 16_384 };

// What the models of generation 2.5 take; Pro cannot stop thinking. (ai.google.dev/gemini-api/docs/thinking)
const ranges: readonly (readonly [models: RegExp, least: number, most: number, canStop: boolean])[] = [
  [/2\.5-pro/, 128, 32_768, false], [/2\.5-flash-lite/, 512, 24_576, true], [/2\.5-flash/, 1, 24_576, true],
];

const withLevels = /gemini-(?:[3-9]|\d\d)/;
const withoutThinking = /gemini-(?:1\.|2\.0)|gemma/;

/** The `thinkingConfig` for what was asked; undefined when nothing was, or the model has no such setting. */
export function writeThinking(reasoning: Reasoning | undefined, { model, capabilities }: Target): JsonObject | undefined {
  if (!reasoning || capabilities.reasoning === false || withoutThinking.test(model)) return undefined;
  if (reasoning.source?.dialect === 'gemini') return reasoning.source.value;
  const effort = effortOf(reasoning);
  if (effort === undefined) return undefined;
  const includeThoughts = effort === 'none' ? undefined : true;
  if (withLevels.test(model)) return defined<JsonObject>({ thinkingLevel: levelOf(effort, model), includeThoughts });
  if (reasoning.adaptive) return { thinkingBudget: -1, includeThoughts: true };
  return defined<JsonObject>({ thinkingBudget: fittingBudget(reasoning.budgetTokens ?? budgets[effort] ?? 2048, model), includeThoughts });
}

function fittingBudget(budget: number, model: string): number {
  const [, least, most, canStop] = ranges.find(([models]) => models.test(model)) ?? [];
  if (least === undefined || most === undefined || (budget === 0 && canStop)) return budget;
  return Math.min(Math.max(budget, least), most);
}

// Not every model knows all four levels: only Flash thinks minimally, and the first Pro of the third generation has no medium.
function levelOf(effort: string, model: string): string {
  const flash = model.includes('flash');
  if (effort === 'none' || effort === 'minimal') return flash ? 'minimal' : 'low';
  if (effort === 'low') return 'low';
  if (effort === 'medium') return /gemini-3-pro/.test(model) ? 'high' : 'medium';
  return 'high';
}

/** True when thinking was asked for. */
export function thinksWished(reasoning: Reasoning | undefined): boolean {
  const effort = effortOf(reasoning);
  return effort !== undefined && effort !== 'none';
}
