// What stands between the model that is asked for and the group that serves it: routing rules, and splits that are kept by caller.
import { ruleCondition, type RuleCondition, type RuleFacts } from '../config/rule-language.ts';
import type { Mirror, RoutingRule, Split } from '../config/config.ts';
import type { Deployment } from './deployment.ts';
import type { Trail } from './trail.ts';

interface CompiledRule {
  rule: RoutingRule;
  applies: RuleCondition;
}

/** What a split may go by. */
export interface SplitKeys {
  caller: string;
  user: () => string | null;
  session: () => string | null;
}

/** A rule that was looked at. */
export interface RuleResult {
  name: string;
  applies: boolean;
  dry_run: boolean;
  use: string | null;
}

/** The rules, splits and mirrors of one configuration. */
export class Steering {
  private readonly rules: readonly CompiledRule[];
  private readonly splits: ReadonlyMap<string, Split>;
  private readonly mirrors: ReadonlyMap<string, Mirror>;

  constructor(rules: readonly RoutingRule[], splits: readonly Split[], mirrors: readonly Mirror[]) {
    this.rules = rules.map((rule) => ({ rule, applies: ruleCondition(rule.when) }));
    this.splits = new Map(splits.map((split) => [split.model, split]));
    this.mirrors = new Map(mirrors.map((mirror) => [mirror.model, mirror]));
  }

  /** True when nothing stands in between. */
  get isEmpty(): boolean {
    return this.rules.length === 0 && this.splits.size === 0;
  }

  /** The group in the model's place (null: none) and tags that rules add. The first rule that holds counts; dry ones are only noted. */
  steer(model: string, facts: () => RuleFacts, keys: SplitKeys, random: () => number, trail: Pick<Trail, 'rules'>): { insteadOf: string | null; tags: readonly string[] } {
    let asked = model;
    let tags: readonly string[] = [];
    if (this.rules.length > 0) {
      const known = facts();
      for (const { rule, applies } of this.rules) {
        if (!applies(known)) continue;
        trail.rules.push(rule.dryRun ? `${rule.name} (dry run)` : rule.name);
        if (rule.dryRun) continue;
        asked = rule.use ?? asked;
        tags = rule.tags ?? [];
        break;
      }
    }
    const split = this.splits.get(asked);
    if (split) asked = shareOf(split, keys, random);
    return { insteadOf: asked === model ? null : asked, tags };
  }

  /** Every rule and whether it holds, for explanations. */
  judge(facts: RuleFacts): RuleResult[] {
    return this.rules.map(({ rule, applies }) => ({ name: rule.name, applies: applies(facts), dry_run: rule.dryRun, use: rule.use ?? null }));
  }

  /** The model name that gets a copy of this request; null: none. */
  mirrorOf(model: string, deployment: Deployment | null, random: () => number): string | null {
    if (this.mirrors.size === 0) return deployment?.silentModel ?? null;
    const mirror = this.mirrors.get(model);
    if (!mirror) return deployment?.silentModel ?? null;
    return random() < mirror.share ? mirror.to : null;
  }
}

function shareOf({ model, between, by }: Split, keys: SplitKeys, random: () => number): string {
  const key = by === 'caller' ? keys.caller : by === 'user' ? keys.user() ?? keys.caller : by === 'session' ? keys.session() : null;
  // The top 53 bits of the hash: as even as chance, and the same for the same key.
  const point = key === null ? random() : Number(Bun.hash.wyhash(`${model}\n${key}`) >> 11n) / 2 ** 53;
  const shares = Object.entries(between);
  let rest = point * shares.reduce((sum, [, share]) => sum + share, 0);
  for (const [name, share] of shares) {
    rest -= share;
    if (rest < 0) return name;
  }
  return shares.at(-1)?.[0] ?? model;
}
