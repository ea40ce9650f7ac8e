// Keys and arguments of the scripts for a list of rules.
import { limitNow, type Rule } from '../rule.ts';
import { onlyAboveAmount, type Claim } from '../counting.ts';
import type { Measure } from '../counter.ts';

// All keys are of one slot of a cluster: a script may touch no others.
const prefix = '{weir}:limit:';
const measureLetters: Readonly<Record<Measure, string>> = { money: 'm', requests: 'r', tokens: 't', parallel: 'p' };

/** The sorted set of what is held under a rule. */
export const setKey = (rule: Rule): string => `${prefix}${rule.counter.key}:held`;

/** The hash of a rule by its counter's key. */
export const hashKey = (counterKey: string): string => `${prefix}${counterKey}`;

/** The mark of a request. */
export const markKey = (lease: string): string => `${prefix}mark:${lease}`;

const keyLists = new WeakMap<readonly Rule[], string[]>();

/** The keys of all rules, behind the mark's. */
export function keysOf(rules: readonly Rule[], lease: string): string[] {
  let known = keyLists.get(rules);
  if (!known) keyLists.set(rules, (known = rules.flatMap((rule) => [hashKey(rule.counter.key), setKey(rule)])));
  return [markKey(lease), ...known];
}

/** What a request holds of a rule, as the member of the sorted set says it. */
export function heldAmount({ measure }: Rule, claim: Claim): number {
  switch (measure) {
    case 'money': return Math.ceil(claim.holdNanoUsd ?? 0);
    case 'tokens': return Math.ceil(claim.tokens);
    case 'parallel': return 1;
    case 'requests': return 0;
  }
}

/** The arguments of a rule, in the order that the scripts read. `amount`: what is taken or given back; `limit`: the limit, or what is booked. */
function ruleArguments(rule: Rule, rules: readonly Rule[], limit: number, amount: number, into: string[], nowMs = 0): void {
  const { counter, window, onlyAbove } = rule;
  const windowKind = window.kind === 'calendar' ? 'c' : window.kind === 'rolling' ? 'r' : 'n';
  const windowArgument = window.kind === 'calendar' ? counter.windowEndMs : window.kind === 'rolling' ? window.lengthMs : 0;
  into.push(
    measureLetters[rule.measure], String(limit), String(amount), windowKind, String(windowArgument), window.kind === 'calendar' ? window.duration : '', String(Math.round(counter.used)),
    onlyAbove ? String(rules.indexOf(onlyAbove.rule) + 1) : '0', onlyAbove ? String(onlyAboveAmount(onlyAbove, nowMs)) : '0',
  );
}

/** Arguments of `admitScript`. */
export function admitArguments(rules: readonly Rule[], claim: Claim, before: readonly string[], nowMs: number): string[] {
  const list = [...before];
  for (const rule of rules) {
    const passes = rule.shadow || rule.limit === Infinity || (rule.measure === 'money' && claim.holdNanoUsd === null);
    ruleArguments(rule, rules, passes ? -1 : limitNow(rule, nowMs), rule.measure === 'requests' ? 1 : heldAmount(rule, claim), list, nowMs);
  }
  return list;
}

/** What is booked under the rules of a finished request. */
export interface Booked {
  costNanoUsd: number;
  tokens: number;
  /** Rules whose cost is booked elsewhere; only what is held is given back. */
  heldOnly: ReadonlySet<Rule> | null;
  /** Requests that are counted now if they were not before. */
  requests: number;
}

/** Arguments of `settleScript`. */
export function settleArguments(rules: readonly Rule[], claim: Claim, booked: Booked, before: readonly string[]): string[] {
  const list = [...before];
  for (const rule of rules) {
    const booking = booked.heldOnly?.has(rule) ? 0 : rule.measure === 'money' ? Math.round(booked.costNanoUsd) : rule.measure === 'tokens' ? Math.round(booked.tokens) : 0;
    ruleArguments(rule, rules, booking, rule.measure === 'requests' ? booked.requests : heldAmount(rule, claim), list);
  }
  return list;
}

/** What a script said of one rule. */
export interface RuleReply {
  used: number;
  held: number;
  endMs: number;
}

/** Reads a reply: the number of the refusing rule (0: none) and each rule's state; null when it is none. */
export function readReply(value: unknown, count: number): { refusing: number; rules: RuleReply[] } | null {
  if (!Array.isArray(value) || value.length !== 2 + count * 3) return null;
  const numbers = value.map(Number);
  if (numbers.some((number) => !Number.isFinite(number))) return null;
  const rules = Array.from({ length: count }, (_, index) => ({ used: numbers[2 + index * 3] ?? 0, held: numbers[3 + index * 3] ?? 0, endMs: numbers[4 + index * 3] ?? 0 }));
  return { refusing: numbers[0] ?? 0, rules };
}

