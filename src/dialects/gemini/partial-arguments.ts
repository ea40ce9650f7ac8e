// Puts together the arguments of a call that Vertex streams as `partialArgs`: values for JSON paths such as
// `$.recipe.ingredients[0].name`, strings in several pieces.
import type { Json, JsonObject } from '../../lib/json.ts';
import { isJsonObject, stringAt } from '../../lib/json.ts';

/** More steps or larger indexes than this are no honest arguments. */
const maxSteps = 64;
const maxIndex = 10_000;

/** Arguments that grow. */
export class PartialArguments {
  private readonly root: JsonObject = {};
  private growing: string | null = null;

  /** Takes one element of `partialArgs`. */
  add(partial: JsonObject): void {
    const path = stringAt(partial, 'jsonPath') ?? '';
    const value = valueOf(partial);
    const steps = stepsOf(path);
    if (value === undefined || steps.length === 0) return;
    const grows = this.growing === path;
    this.growing = partial['willContinue'] === true ? path : null;
    place(this.root, steps, value, grows);
  }

  /** The arguments as JSON text. `whole` are those that came in one piece. */
  text(whole: Json | undefined): string {
    return JSON.stringify(isJsonObject(whole) ? { ...whole, ...this.root } : this.root);
  }
}

function valueOf(partial: JsonObject): Json | undefined {
  for (const key of ['stringValue', 'numberValue', 'boolValue']) if (partial[key] !== undefined) return partial[key];
  return 'nullValue' in partial ? null : undefined;
}

function stepsOf(path: string): (string | number)[] {
  const steps: (string | number)[] = [];
  for (const match of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\[(['"])(.*?)\3\]/g)) {
    const [, name, index, , quoted] = match;
    if (index !== undefined) steps.push(Math.min(Number(index), maxIndex));
    else steps.push(name ?? quoted ?? '');
    if (steps.length === maxSteps) break;
  }
  return steps.includes('__proto__') ? [] : steps;
}

function place(root: JsonObject, steps: (string | number)[], value: Json, grows: boolean): void {
  let at: Json = root;
  for (const [index, step] of steps.entries()) {
    const last = index === steps.length - 1;
    const before = member(at, step);
    if (last) {
      setMember(at, step, grows && typeof before === 'string' && typeof value === 'string' ? before + value : value);
      return;
    }
    if (typeof before === 'object' && before !== null) {
      at = before;
      continue;
    }
    const next: Json = typeof steps[index + 1] === 'number' ? [] : {};
    setMember(at, step, next);
    at = next;
  }
}

function member(at: Json, step: string | number): Json | undefined {
  if (Array.isArray(at)) return typeof step === 'number' ? at[step] : undefined;
  return isJsonObject(at) && Object.hasOwn(at, String(step)) ? at[String(step)] : undefined;
}

function setMember(at: Json, step: string | number, value: Json): void {
  if (Array.isArray(at)) {
    if (typeof step !== 'number') return;
    while (at.length < step) at.push(null);
    at[step] = value;
  } else if (isJsonObject(at)) {
    at[String(step)] = value;
  }
}
