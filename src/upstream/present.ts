// A whole answer that passes in its own bytes: what must be known of it is read from its outline, and the last touches are made there too.
// It names the model as the client asked for it, and carries the members that LiteLLM's typed answers always have, null where the provider
// did not say: clients read them unasked.
import { applyPatches, type Patch } from '../lib/patch.ts';
import { findMember, memberValue, outlineAt, skipSpace, type Outline } from '../lib/json-members.ts';
import { touchItems, touchObject, touchOutline, type ObjectTouch } from '../lib/touch.ts';
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

/** Members that are null where they are missing. */
export const nulls = (...names: string[]): Record<string, string> => Object.fromEntries(names.map((name) => [name, 'null']));

const responseMessage: ObjectTouch = {
  type: 'message', missing: nulls('phase'),
  members: { content: touchItems(touchObject({ type: 'output_text', missing: nulls('logprobs') })) },
};
const responseUsage: ObjectTouch = {
  missing: nulls('cost'),
  members: {
    input_tokens_details: touchObject({ missing: nulls('audio_tokens', 'cached_tokens_details', 'image_tokens', 'text_tokens', 'video_tokens') }),
    output_tokens_details: touchObject({ missing: nulls('audio_tokens', 'text_tokens') }),
  },
};
const dialectTouches: Readonly<Partial<Record<DialectName, ObjectTouch>>> = {
  'openai-completions': { missing: nulls('system_fingerprint'), members: { usage: touchObject({ missing: nulls('completion_tokens_details', 'prompt_tokens_details') }) } },
  'openai-responses': { members: { output: touchItems(touchObject(responseMessage)), usage: touchObject(responseUsage) } },
};

/** The members of an answer that tell about it, parsed; those that hold content are only named, as null. */
export function tellingPart(bytes: Buffer, outline: Outline): JsonObject {
  const part: JsonObject = {};
  for (const member of outline.members) {
    const telling = (tellingMembers as readonly string[]).includes(member.key);
    part[member.key] = telling ? (memberValue(bytes, member) as Json | undefined) ?? null : null;
  }
  return part;
}

/** The answer's bytes for the client. `continued`: the earlier Responses answer that the gateway itself put in front of this one. */
export function presentAnswer(bytes: Buffer, outline: Outline, dialect: DialectName, model: string, continued: string | null = null): Presented {
  const patches: Patch[] = [];
  const [place] = dialectTraits[dialect].modelInAnswer;
  const named = place === undefined ? undefined : findMember(outline, place);
  if (named) patches.push({ start: named.valueStart, end: named.valueEnd, text: JSON.stringify(model) });
  const finishReason = dialect === 'openai-chat' ? presentChoices(bytes, outline, patches) : null;
  const touch = dialectTouches[dialect];
  if (touch) touchOutline(bytes, outline, touch, patches);
  if (continued !== null) setMember(outline, 'previous_response_id', JSON.stringify(continued), patches);
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

function setMember(object: Outline, key: string, text: string, patches: Patch[]): void {
  const member = findMember(object, key);
  patches.push(member ? { start: member.valueStart, end: member.valueEnd, text } : { start: object.close, end: object.close, text: `,"${key}":${text}` });
}
