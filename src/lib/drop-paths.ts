// LiteLLM's `additional_drop_params`: names of members, and paths into them such as `tools[*].input_schema` or `messages[0].name`.
import { isJsonObject, type Json } from './json.ts';

/** A path: the member's name first, then names, indexes, and `*` for every item. */
export interface DropPath {
  /** As it was written. */
  text: string;
  steps: readonly (string | number)[];
}

/** Reads paths; what is none names a member. */
export const readDropPaths = (texts: readonly string[]): DropPath[] => texts.map((text) => ({ text, steps: stepsOf(text) }));

function stepsOf(text: string): (string | number)[] {
  if (!/^[\w-]+(\.[\w-]+|\[(\d{1,6}|\*)\])*$/.test(text)) return [text];
  return [...text.matchAll(/[\w-]+|\*/g)].map(([step], index) => (index > 0 && /^\d+$/.test(step) ? Number(step) : step));
}

/** The value without what the steps lead to; the same value when they lead nowhere. */
export function without(value: Json, [step, ...rest]: readonly (string | number)[]): Json {
  if (step === undefined) return value;
  if (Array.isArray(value)) {
    if (step === '*') return changed(value, value.map((item) => without(item, rest)));
    if (typeof step !== 'number' || value[step] === undefined) return value;
    return rest.length === 0 ? value.filter((_item, index) => index !== step) : changed(value, value.map((item, index) => (index === step ? without(item, rest) : item)));
  }
  const name = String(step);
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return value;
  if (rest.length > 0) {
    const inner = without(value[name] ?? null, rest);
    return inner === value[name] ? value : { ...value, [name]: inner };
  }
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== name));
}

const changed = (before: Json[], after: Json[]): Json[] => (after.some((item, index) => item !== before[index]) ? after : before);
