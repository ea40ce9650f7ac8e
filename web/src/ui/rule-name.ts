// A rule of a limit in the reader's words.
import type { limitStrings } from '../i18n/limit-strings.ts';

/** `model`: the one that it is for; null: all. */
export function ruleName(strings: ReturnType<typeof limitStrings.use>, rule: string, model: string | null): string {
  const name = Object.hasOwn(strings.rules, rule) ? strings.rules[rule as keyof typeof strings.rules] : rule;
  return model === null ? name : strings.ofModel(name, model);
}
