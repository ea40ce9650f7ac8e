// A canonical answer becomes a whole Converse answer.
import type { Block, CanonicalAnswer } from '../../canonical/answer.ts';
import { emptyUsage } from '../../canonical/usage.ts';
import { defined, parseJsonObject, type JsonObject } from '../../lib/json.ts';
import { freeformMember } from '../restore.ts';
import { packSignature } from '../thought-signature.ts';
import { writeCitation } from './citations.ts';
import { writeStopReason } from './stop-reason.ts';
import { writeUsage } from './usage.ts';
import { formatOf } from './wire.ts';

/** Writes the first choice; the dialect has only one. */
export function writeAnswer(answer: CanonicalAnswer): JsonObject {
  const [choice] = answer.choices;
  const stopSequence = choice?.stopSequence;
  return defined<JsonObject>({
    output: { message: { role: 'assistant', content: (choice?.blocks ?? []).flatMap(writeBlock) } },
    stopReason: writeStopReason(choice?.reason ?? 'end'),
    additionalModelResponseFields: stopSequence === undefined ? undefined : { stop_sequence: stopSequence },
    ...writeUsage(answer.usage ?? emptyUsage()),
    metrics: { latencyMs: 0 },
  });
}

function writeBlock({ start, text, signature, citations }: Block): JsonObject[] {
  switch (start.kind) {
    case 'text': {
      const known = citations.filter(({ dialect }) => dialect === 'anthropic-messages').map(({ value }) => writeCitation(value));
      return [known.length > 0 ? { citationsContent: { content: [{ text }], citations: known } } : { text }];
    }
    case 'refusal': case 'audio': return text === '' ? [] : [{ text }];
    case 'thinking': return [{ reasoningContent: { reasoningText: defined<JsonObject>({ text, signature }) } }];
    case 'redacted-thinking': return [{ reasoningContent: { redactedContent: start.data } }];
    case 'tool-call': {
      const input: JsonObject = start.call === 'custom' ? { [freeformMember]: text } : parseJsonObject(text) ?? {};
      return [{ toolUse: { toolUseId: packSignature(start.id, signature ?? start.signature), name: start.name, input } }];
    }
    case 'image': return [{ image: { format: formatOf(start.mediaType), source: { bytes: start.data } } }];
    case 'opaque': return start.dialect === 'bedrock-converse' ? [start.value] : [];
  }
}
