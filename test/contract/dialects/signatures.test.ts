// What a provider must get back unchanged on the next turn, through clients that know nothing of it.
import { describe, expect, test } from 'bun:test';
import type { Part } from '../../../src/canonical/request.ts';
import type { StreamEvent } from '../../../src/canonical/event.ts';
import type { Dialect } from '../../../src/dialects/dialect.ts';
import { gemini } from '../../../src/dialects/gemini/index.ts';
import { openaiResponses } from '../../../src/dialects/openai-responses/index.ts';
import type { Json, JsonObject } from '../../../src/lib/json.ts';
import { answerOf, contextFor, framesOf, readChunks, recordedStreams, target, writeEvents } from './recorded.ts';

/** How a client of a dialect sends an answer back as history, from a stream and from a whole answer. */
interface Client {
  dialect: Dialect;
  body: (history: Json[]) => JsonObject;
  fromStream: (text: string) => Json[];
  fromAnswer: (body: JsonObject) => Json[];
}

const clients: Client[] = [
  {
    dialect: openaiResponses,
    body: (history) => ({ input: [{ role: 'user', content: 'hi' }, ...history] }),
    fromStream: (text) => outputOf(framesOf(text).at(-1)?.['response'] as JsonObject),
    fromAnswer: outputOf,
  },
  {
    dialect: gemini,
    body: (history) => ({ contents: [{ role: 'user', parts: [{ text: 'hi' }] }, ...history] }),
    fromStream: (text) => [{ role: 'model', parts: framesOf(text).flatMap(partsOf) }],
    fromAnswer: (body) => [{ role: 'model', parts: partsOf(body) }],
  },
];

function outputOf(response: JsonObject): Json[] {
  return response['output'] as Json[];
}

function partsOf(body: JsonObject): Json[] {
  const [first] = body['candidates'] as { content: { parts: Json[] } }[];
  return first?.content.parts ?? [];
}

// The assistant's parts as the next request has them, once from the stream and once from the whole answer.
function replayed({ dialect, body, fromStream, fromAnswer }: Client, events: StreamEvent[]): Part[][] {
  const context = contextFor(dialect, body([]));
  const histories = [fromStream(writeEvents(dialect, context, events)), fromAnswer(dialect.writeAnswer(answerOf(events), context))];
  return histories.map((history) => {
    const request = dialect.readRequest(body(history), 'm', false);
    if (!request.ok) throw new Error(request.fault.message);
    return request.value.messages.filter((message) => message.role === 'assistant').flatMap((message) => message.parts);
  });
}

function writeBack(dialect: Dialect, from: Dialect, parts: Part[]): JsonObject {
  const result = dialect.writeRequest({
    dialect: from.name, model: 'm', stream: false, tools: [], includeUsage: true, extra: {}, messages: [{ role: 'assistant', parts }],
  }, target);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value.body;
}

const thought: StreamEvent[] = [
  { type: 'start', id: 'x', model: 'm', createdSeconds: 0 },
  { type: 'block-start', choice: 0, block: 0, start: { kind: 'redacted-thinking', data: 'EmwKAhgB' } },
  { type: 'block-stop', choice: 0, block: 0 },
  { type: 'block-start', choice: 0, block: 1, start: { kind: 'thinking' } },
  { type: 'block-delta', choice: 0, block: 1, text: 'First, ' },
  { type: 'block-delta', choice: 0, block: 1, text: 'I think.\n\n ' },
  { type: 'block-signature', choice: 0, block: 1, signature: 'EqQBCkgIBRABGAIiQL/+=' },
  { type: 'block-stop', choice: 0, block: 1 },
  { type: 'block-start', choice: 0, block: 2, start: { kind: 'thinking' } },
  { type: 'block-delta', choice: 0, block: 2, text: 'Then more.' },
  { type: 'block-signature', choice: 0, block: 2, signature: 'Zweite==' },
  { type: 'block-stop', choice: 0, block: 2 },
  { type: 'block-start', choice: 0, block: 3, start: { kind: 'tool-call', id: 'toolu_1', name: 'f', call: 'function' } },
  { type: 'block-delta', choice: 0, block: 3, text: '{"a":1}' },
  { type: 'block-stop', choice: 0, block: 3 },
  { type: 'stop', choice: 0, reason: 'tool' },
  { type: 'end' },
];

for (const client of clients) {
  describe(`through a client of ${client.dialect.name}`, () => {
    test('signed and redacted thinking comes back byte for byte, in order', () => {
      for (const parts of replayed(client, thought)) {
        expect(parts.map((part) => (part.type === 'thinking' ? [part.text, part.signature] : part.type === 'redacted-thinking' ? part.data : part.type))).toEqual([
          'EmwKAhgB', ['First, I think.\n\n ', 'EqQBCkgIBRABGAIiQL/+='], ['Then more.', 'Zweite=='], 'tool-call',
        ]);
      }
    });

    test.each(recordedStreams(['google']).filter(({ name }) => name.includes('tool')).map(({ name, chunks }) => [name, chunks] as const))('signatures of calls in %s', (_name, chunks) => {
      const events = readChunks(gemini, chunks);
      const signature = answerOf(events).choices[0]?.blocks.find(({ start }) => start.kind === 'tool-call')?.signature;
      expect(signature).toBeString();
      for (const parts of replayed(client, events)) {
        const [, turn] = writeBack(gemini, client.dialect, parts)['contents'] as { parts: JsonObject[] }[];
        expect(turn?.parts.find((part) => 'functionCall' in part)?.['thoughtSignature']).toBe(signature ?? '');
      }
    });

    test('encrypted reasoning', () => {
      for (const { chunks } of recordedStreams(['openai-responses']).filter(({ name }) => /encrypted-content.*#0|programmatic/.test(name))) {
        const events = readChunks(openaiResponses, chunks);
        const sent = (JSON.parse(chunks.findLast((chunk) => chunk.includes('output_item.done') && chunk.includes('"reasoning"')) ?? '') as { item: JsonObject }).item;
        for (const parts of replayed(client, events)) {
          const input = writeBack(openaiResponses, client.dialect, parts)['input'] as JsonObject[];
          expect(input.find((item) => item['type'] === 'reasoning')).toMatchObject({ encrypted_content: sent['encrypted_content'] ?? '', summary: sent['summary'] ?? [] });
        }
      }
    });
  });
}
