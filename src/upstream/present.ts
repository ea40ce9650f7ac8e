// The last touches on a whole answer that passes in its own bytes: it names the model as the client asked for it, and chat choices carry
// the members that clients of LiteLLM read (`provider_specific_fields`).
import { findMember, outlineOf, skipSpace, valueEndOf, type Outline } from '../lib/json-members.ts';
import { dialectTraits } from '../dialects/traits.ts';
import { replaceAt } from '../lib/rename.ts';
import { spliceMembers } from '../lib/splice.ts';
import type { DialectName } from '../canonical/dialect-name.ts';

const choiceMembers = new Map([['provider_specific_fields', '{}']]);
const messageMembers = '{"refusal":null}';

/** The answer's bytes for the client. */
export function presentAnswer(bytes: Buffer, dialect: DialectName, model: string): Buffer {
  const named = replaceAt(bytes, dialectTraits[dialect].modelInAnswer, Buffer.from(JSON.stringify(model)));
  return dialect === 'openai-chat' ? withChoiceMembers(named) : named;
}

function withChoiceMembers(bytes: Buffer): Buffer {
  const outline = outlineOf(bytes);
  const choices = outline && findMember(outline, 'choices');
  if (!choices || bytes[choices.valueStart] !== 0x5b) return bytes;
  const pieces: Buffer[] = [bytes.subarray(0, choices.valueStart + 1)];
  let at = skipSpace(bytes, choices.valueStart + 1);
  while (bytes[at] === 0x7b) {
    const end = valueEndOf(bytes, at);
    if (end === -1) return bytes;
    pieces.push(withMembers(bytes.subarray(at, end)));
    at = skipSpace(bytes, end);
    if (bytes[at] !== 0x2c) break;
    pieces.push(Buffer.from(','));
    at = skipSpace(bytes, at + 1);
  }
  pieces.push(bytes.subarray(choices.valueEnd - 1));
  return Buffer.concat(pieces);
}

function withMembers(choice: Buffer): Buffer {
  const outline = outlineOf(choice);
  if (!outline) return choice;
  const edits = new Map(findMember(outline, 'provider_specific_fields') ? [] : choiceMembers);
  const message = withMessageMembers(choice, outline);
  if (message) edits.set('message', message);
  return spliceMembers(choice, outline, edits);
}

function withMessageMembers(choice: Buffer, outline: Outline): string | null {
  const member = findMember(outline, 'message');
  if (!member || choice[member.valueStart] !== 0x7b) return null;
  const message = choice.subarray(member.valueStart, member.valueEnd);
  const inner = outlineOf(message);
  if (!inner || findMember(inner, 'provider_specific_fields')) return null;
  return spliceMembers(message, inner, new Map([['provider_specific_fields', messageMembers]])).toString();
}
