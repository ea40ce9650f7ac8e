// Members that a provider of Anthropic's dialect does not know yet: clients send new ones with each release, and a cloud that lags behind
// answers 400 `…: Extra inputs are not permitted`. The member is left out, the request repeated once, and the member remembered for an hour.
import { isJsonObject, parseJsonObject, type Json } from '../lib/json.ts';
import type { Fault } from '../canonical/fault.ts';
import type { Target } from '../routing/deployment.ts';

const rememberMs = 3_600_000;
const maxTargets = 1000;
const maxMembers = 20;

/** Where a member stands: the body's member, and the name inside it when it is not that one itself. */
interface Place {
  member: string;
  inner: string | null;
}

/** What providers refused, by provider and model. */
const known = new Map<string, Map<string, { place: Place; untilMs: number }>>();
const keyOf = ({ deployment, model }: Target): string => `${deployment.provider.name} ${model}`;

// What a conversation or a tool's own schema calls its things is nobody's member.
const foreign: ReadonlySet<string> = new Set(['input', 'input_schema', 'properties', 'text', 'data']);
/** Without these there is no request. */
const needed: ReadonlySet<string> = new Set(['messages', 'model', 'max_tokens', 'system', 'tools', 'stream']);

/** Remembers the member that this fault names. True: it was not known before, so that another try makes sense. */
export function noteRefusal(fault: Fault, target: Target, nowMs: number): boolean {
  const path = /(?:^|[\s"'`])([a-z_]+(?:\.\w+)*): Extra inputs are not permitted/.exec(fault.upstream?.message ?? '')?.[1]?.split('.');
  const [member, ...rest] = path ?? [];
  if (member === undefined || (rest.length === 0 && needed.has(member))) return false;
  const place: Place = { member, inner: rest.at(-1) ?? null };
  let members = known.get(keyOf(target));
  if (!members) {
    if (known.size >= maxTargets) known.clear();
    known.set(keyOf(target), members = new Map());
  }
  const name = nameOf(place);
  const isNew = (members.get(name)?.untilMs ?? 0) <= nowMs;
  if (members.size < maxMembers || members.has(name)) members.set(name, { place, untilMs: nowMs + rememberMs });
  return isNew && members.has(name);
}

const nameOf = ({ member, inner }: Place): string => (inner === null ? member : `${member}[].${inner}`);

/** A body without what the target is known to refuse; null when there is nothing to leave out. */
export function withoutRefused(pieces: readonly Buffer[], target: Target, nowMs: number): { pieces: readonly Buffer[]; dropped: string[] } | null {
  const members = known.get(keyOf(target));
  const places = [...members?.values() ?? []].filter(({ untilMs }) => untilMs > nowMs).map(({ place }) => place);
  const body = places.length === 0 ? undefined : parseJsonObject(Buffer.concat(pieces).toString('utf8'));
  if (!body) return null;
  const dropped: string[] = [];
  for (const place of places) {
    const { member, inner } = place;
    const value = body[member];
    if (value === undefined) continue;
    if (inner === null) delete body[member];
    else if (!removeInside(value, inner)) continue;
    dropped.push(nameOf(place));
  }
  return dropped.length > 0 ? { pieces: [Buffer.from(JSON.stringify(body))], dropped } : null;
}

function removeInside(value: Json, name: string): boolean {
  if (Array.isArray(value)) return value.map((item) => removeInside(item, name)).includes(true);
  if (!isJsonObject(value)) return false;
  let found = Object.hasOwn(value, name);
  if (found) delete value[name];
  for (const [key, inner] of Object.entries(value)) if (!foreign.has(key) && removeInside(inner, name)) found = true;
  return found;
}
