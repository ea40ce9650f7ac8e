// Members that a provider refused by name. Each release of Claude Code sends new ones; where they are not known yet, the request is
// tried once more without, and for a while they are not sent to that model at all.
import { maxRefusedMembers, refusedMemberTtlMs } from '../lib/bounds.ts';
import { isJsonObject, parseJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import type { DropPath } from '../lib/drop-paths.ts';
import type { Fault } from '../canonical/fault.ts';
import type { Target } from '../routing/deployment.ts';

interface Refused {
  path: DropPath;
  expiresMs: number;
}

/** What each model of each deployment refused lately. */
export class RefusedMembers {
  private readonly byModel = new Map<string, Refused[]>();

  constructor(private readonly nowMs: () => number) {}

  /** The paths that are not sent to this model. */
  of(target: Target): readonly DropPath[] {
    if (this.byModel.size === 0) return none;
    const key = keyOf(target);
    const known = this.byModel.get(key);
    if (!known) return none;
    const alive = known.filter(({ expiresMs }) => expiresMs > this.nowMs());
    if (alive.length === 0) this.byModel.delete(key);
    return alive.map(({ path }) => path);
  }

  /** Remembers a path; false when it is known, or there are too many: another try would end the same way. */
  learn(target: Target, path: DropPath): boolean {
    const known = this.of(target);
    if (known.length >= maxRefusedMembers || known.some(({ text }) => text === path.text)) return false;
    const key = keyOf(target);
    this.byModel.set(key, [...this.byModel.get(key) ?? [], { path, expiresMs: this.nowMs() + refusedMemberTtlMs }]);
    for (const oldest of this.byModel.keys()) {
      if (this.byModel.size <= maxModels) break;
      this.byModel.delete(oldest);
    }
    return true;
  }
}

const none: readonly DropPath[] = [];
const maxModels = 1_000;
const keyOf = ({ deployment, model }: Target): string => `${deployment.id} ${model}`;

// The providers' words: Anthropic and what speaks its dialect, OpenAI, Groq, Google, xAI.
const refusals: readonly RegExp[] = [
  /Unsupported (?:parameter|value): '([\w.]+)'/, /`(\w+)` is deprecated for this model/, /Argument not supported on this model: (\w+)/,
  /(?:^|[\s'"`(])([\w.[\]-]+): Extra inputs are not permitted/, /Unrecognized request arguments? supplied: ([\w.[\]-]+)/,
  /Unknown parameter: '([\w.[\]-]+)'/, /property '([\w.[\]-]+)' is unsupported/, /Unknown name "(\w+)"/,
];

// Refusals that name no member, and the one that is meant.
const meant: readonly (readonly [RegExp, string])[] = [[/does not support the effort parameter/, 'output_config.effort'], [/adaptive thinking is not supported/i, 'thinking']];

// Without these a request would be another one.
const essential: ReadonlySet<string> = new Set(['model', 'messages', 'input', 'contents', 'system', 'instructions', 'max_tokens', 'stream', 'tools']);

/** The member that a refusal names, as a path into the body that was sent; null when it names none that can go. */
export function refusedMember(reason: Fault, sent: Buffer): DropPath | null {
  if (reason.upstream?.status !== 400) return null;
  const { message } = reason.upstream;
  const named = refusals.map((pattern) => pattern.exec(message)?.[1]).find((found) => found !== undefined) ?? meant.find(([pattern]) => pattern.test(message))?.[1];
  const body = named === undefined ? undefined : parseJsonObject(sent.toString('utf8'));
  const steps = body && named !== undefined ? pathInto(body, named) ?? pathInto(body, named.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)) : null;
  if (!steps || steps.length === 0 || (steps.length === 1 && essential.has(String(steps[0])))) return null;
  return { text: steps.map((step, index) => (step === '*' ? '[*]' : index === 0 ? step : `.${step}`)).join(''), steps };
}

const pathInto = (body: JsonObject, named: string): (string | number)[] | null => stepsInto(body, named.split(/[.[\]]+/).filter((word) => word !== ''));

// Follows the words through the body: an index stands for all items, and words that are no members are names of types.
function stepsInto(body: Json, words: readonly string[]): (string | number)[] | null {
  const steps: (string | number)[] = [];
  let value: Json | undefined = body;
  for (const [position, word] of words.entries()) {
    if (Array.isArray(value) && /^\d+$/.test(word)) {
      value = value[Number(word)];
      steps.push('*');
    } else if (isJsonObject(value) && Object.hasOwn(value, word) && (position === words.length - 1 || typeof value[word] === 'object')) {
      value = value[word];
      steps.push(word);
    } else if (position === words.length - 1) {
      return null;
    }
  }
  return typeof steps.at(-1) === 'string' && steps.at(-1) !== '*' ? steps : null;
}
