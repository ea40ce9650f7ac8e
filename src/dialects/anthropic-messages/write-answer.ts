// A whole answer in the Messages dialect.
import type { Block, CanonicalAnswer } from '../../canonical/answer.ts';
import type { JsonObject } from '../../lib/json.ts';
import { parseJsonObject, stringAt } from '../../lib/json.ts';
import type { AnswerContext } from '../dialect.ts';
import { emptyUsage } from '../../canonical/usage.ts';
import { anthropicCitations } from '../citations.ts';
import { freeformMember } from '../restore.ts';
import { packSignature } from '../thought-signature.ts';
import { packEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';
import { writeStopReason } from './stop-reason.ts';
import { writeUsage } from './usage.ts';

/** The answer's id: Anthropic's own passes, others get the dialect's prefix. */
export const writeId = (id: string, requestId: string): string => (id.startsWith('msg_') ? id : `msg_${requestId}`);

/** Writes the whole answer. The dialect has one choice: the first. */
export function writeAnswer(answer: CanonicalAnswer, context: AnswerContext): JsonObject {
  const [choice] = answer.choices;
  const blocks = choice?.blocks ?? [];
  const refused = blocks.some((block) => block.start.kind === 'refusal');
  const body: JsonObject = {
    id: writeId(answer.id, context.requestId), type: 'message', role: 'assistant', model: context.model, content: blocks.flatMap(writeBlock),
    stop_reason: writeStopReason(choice?.reason ?? 'end', refused), stop_sequence: choice?.stopSequence ?? null,
    stop_details: choice?.details ?? null, usage: writeUsage(answer.usage ?? emptyUsage()),
  };
  const { container } = answer.extra;
  if (container !== undefined) body['container'] = container;
  return body;
}

function writeBlock(block: Block): JsonObject[] {
  const { start, text } = block;
  switch (start.kind) {
    case 'text': {
      const citations = block.citations.flatMap(anthropicCitations);
      if (text === '' && citations.length === 0) return [];
      return [citations.length > 0 ? { type: 'text', text, citations } : { type: 'text', text }];
    }
    case 'refusal': case 'audio': return text === '' ? [] : [{ type: 'text', text }];
    case 'thinking': return writeThinking(block);
    case 'redacted-thinking': return [{ type: 'redacted_thinking', data: start.data }];
    case 'tool-call': return [{ type: 'tool_use', id: packSignature(start.id, block.signature), name: start.name, input: inputOf(text, start.call) }];
    case 'opaque': return start.dialect === 'anthropic-messages' ? [joinDeltas(start.value, block.opaque)] : [];
    // The dialect has no pictures in answers.
    case 'image': return [{ type: 'text', text: '[image]' }];
  }
}

/** A thinking block, or a redacted one where only the provider can read it. */
function writeThinking({ text, signature, encrypted }: Block): JsonObject[] {
  const carried = signature ?? (encrypted === undefined ? undefined : packEncryptedReasoning(encrypted));
  if (text === '' && carried === undefined) return [];
  if (text === '' && encrypted !== undefined) return [{ type: 'redacted_thinking', data: packEncryptedReasoning(encrypted) }];
  return [{ type: 'thinking', thinking: text, signature: carried ?? '' }];
}

/** A call's arguments as the object that the dialect demands; text that is no object (a cut answer) gives an empty one. */
export function inputOf(text: string, call: 'function' | 'custom'): JsonObject {
  return call === 'custom' ? { [freeformMember]: text } : parseJsonObject(text) ?? {};
}

// A server tool's block whose input came in pieces.
function joinDeltas(value: JsonObject, deltas: JsonObject[]): JsonObject {
  const json = deltas.map((delta) => stringAt(delta, 'partial_json') ?? '').join('');
  return json === '' ? value : { ...value, input: parseJsonObject(json) ?? {} };
}
