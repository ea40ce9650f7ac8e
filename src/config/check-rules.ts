// Routing rules whose condition cannot be read, and splits without shares, are mistakes of the file.
import { find, type Tree } from './tree.ts';
import { ruleMistake } from './rule-language.ts';
import type { ProblemList } from './problem.ts';

/** Reports them with their places. */
export function checkRules(tree: Tree, problems: ProblemList): void {
  for (const [index, rule] of itemsOf(find(tree, 'router_settings', 'routing_rules')).entries()) {
    const when = find(rule, 'when');
    if (when?.kind !== 'scalar') continue;
    const mistake = ruleMistake(String(when.value));
    if (mistake !== null) problems.error(when.position, `router_settings.routing_rules[${index}].when`, `cannot be read as a condition: ${mistake}`);
    if (!find(rule, 'use') && !find(rule, 'tags')) problems.warn(rule.position, `router_settings.routing_rules[${index}]`, 'has neither use nor tags, so it changes nothing');
  }
  for (const [index, split] of itemsOf(find(tree, 'router_settings', 'splits')).entries()) {
    const between = find(split, 'between');
    if (between?.kind !== 'map') continue;
    const total = [...between.entries.values()].reduce((sum, { value }) => sum + (value.kind === 'scalar' ? Number(value.value) : 0), 0);
    if (!(total > 0)) problems.error(between.position, `router_settings.splits[${index}].between`, 'expected at least one share above 0');
  }
}

const itemsOf = (list: Tree | undefined): readonly Tree[] => (list?.kind === 'list' ? list.items : []);
