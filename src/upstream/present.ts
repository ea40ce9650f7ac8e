// A whole answer that passes in its own bytes: what must be known of it is read from its outline, and the last touches are made there too.
// It names the model as the client asked for it, and chat choices carry the members that clients of LiteLLM read.
import { applyPatches, type Patch } from '../lib/patch.ts';
import { findMember, memberValue, outlineAt, skipSpace, type Outline } from '../lib/json-members.ts';
import { dialectTraits } from '../dialects/traits.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Json, JsonObject } from '../lib/json.ts';

/** An answer for the client, and why it ended. */
export interface Presented {
  body: Buffer;
  finishReason: string | null;
}

// The members that tell how an answer went; the others hold the answer itself and are never parsed.
const tellingMembers = ['error', 'type', 'status', 'stop_reason', 'usage', 'usageMetadata', 'service_tier', 'x_groq'] as const;
const choiceText = '"provider_specific_fields":{}';
const messageText = '"provider_specific_fields":{"refusal":null}';

/** The members of an answer that tell about it, parsed; those that hold content are only named, as null. */
export function tellingPart(bytes: Buffer, outline: Outline): JsonObject {
  const part: JsonObject = {};
  for (const member of outline.members) {
    const telling = (tellingMembers as readonly string[]).includes(member.key);
    part[member.key] = telling ? (memberValue(bytes, member) as Json | undefined) ?? null : null;
  }
  return part;
}

/** The answer's bytes for the client. */
export function presentAnswer(bytes: Buffer, outline: Outline, dialect: DialectName, model: string): Presented {
  const patches: Patch[] = [];
  const [place] = dialectTraits[dialect].modelInAnswer;
  const named = place === undefined ? undefined : findMember(outline, place);
  if (named) patches.push({ start: named.valueStart, end: named.valueEnd, text: JSON.stringify(model) });
  const finishReason = dialect === 'openai-chat' ? presentChoices(bytes, outline, patches) : null;
  patches.sort((a, b) => a.start - b.start);
  return { body: patches.length > 0 ? applyPatches(bytes, patches) : bytes, finishReason };
}

/** Adds what the choices lack to the patches; gives the first choice's finish reason. */
function presentChoices(bytes: Buffer, outline: Outline, patches: Patch[]): string | null {
  const choices = findMember(outline, 'choices');
  if (!choices || bytes[choices.valueStart] !== 0x5b) return null;
  let finishReason: string | null = null;
  let at = skipSpace(bytes, choices.valueStart + 1);
  for (;;) {
    const choice = outlineAt(bytes, at);
    if (!choice) return finishReason;
    const message = findMember(choice, 'message');
    const inner = message && outlineAt(bytes, message.valueStart);
    if (inner) addMember(inner, messageText, patches);
    addMember(choice, choiceText, patches);
    const reason = memberValue(bytes, findMember(choice, 'finish_reason'));
    if (typeof reason === 'string') finishReason ??= reason;
    at = skipSpace(bytes, choice.close + 1);
    if (bytes[at] !== 0x2c) return finishReason;
    at = skipSpace(bytes, at + 1);
  }
}

function addMember(object: Outline, text: string, patches: Patch[]): void {
  if (findMember(object, 'provider_specific_fields')) return;
  patches.push({ start: object.close, end: object.close, text: object.members.length === 0 ? text : `,${text}` });
}
