// The language of routing rules: CEL (Common Expression Language), with the names that a rule may use. Rules are compiled when the
// configuration is read; a rule that names something else, or is no condition, is a mistake there.
import { Environment } from '@marcbachmann/cel-js';

/** What a rule may ask about a request. Values that cost work are worked out when a rule asks for them. */
export interface RuleFacts {
  readonly model: string;
  /** Input tokens, estimated. */
  readonly tokens: bigint;
  readonly stream: boolean;
  readonly tags: readonly string[];
  /** Headers of the request by their names in lower case. */
  readonly header: Readonly<Record<string, string>>;
  /** `name`, `key` (its hash), `team`, `user`, `role`; empty text where there is none. */
  readonly caller: Readonly<Record<string, string>>;
  /** The part of the key's budget that is spent, from 0; 0 without a budget. */
  readonly budget_used: number;
  /** Of the day, UTC. */
  readonly hour: bigint;
  /** Of the week, from Monday (1) to Sunday (7), UTC. */
  readonly weekday: bigint;
}

/** A condition. A fact that is not there (a header that was not sent) makes it false. */
export type RuleCondition = (facts: RuleFacts) => boolean;

const language = new Environment({ limits: { maxAstNodes: 500, maxDepth: 30, maxListElements: 200, maxMapEntries: 50, maxCallArguments: 8 } })
  .registerVariable('model', 'string')
  .registerVariable('tokens', 'int')
  .registerVariable('stream', 'bool')
  .registerVariable('tags', 'list<string>')
  .registerVariable('header', 'map<string, string>')
  .registerVariable('caller', 'map<string, string>')
  .registerVariable('budget_used', 'double')
  .registerVariable('hour', 'int')
  .registerVariable('weekday', 'int');

/** What is wrong with an expression; null when it is a condition. */
export function ruleMistake(expression: string): string | null {
  try {
    const checked = language.check(expression);
    if (!checked.valid) return firstLine(checked.error);
    return checked.type === 'bool' ? null : `is ${String(checked.type)} and not true or false`;
  } catch (error) {
    return firstLine(error);
  }
}

/** Compiles an expression in which `ruleMistake` found nothing. */
export function ruleCondition(expression: string): RuleCondition {
  const parsed = language.parse(expression);
  return (facts) => {
    try {
      return parsed(facts) === true;
    } catch {
      return false;
    }
  };
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
