// What providers really sent, through both readers and writers of the Responses, Gemini and Converse dialects.
import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { bedrockConverse } from '../../../src/dialects/bedrock-converse/index.ts';
import { gemini } from '../../../src/dialects/gemini/index.ts';
import { openaiResponses } from '../../../src/dialects/openai-responses/index.ts';
import type { Dialect } from '../../../src/dialects/dialect.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { answerOf, bytesOf, contextFor, essence, readBytes, readChunks, recordedAnswers, recordedStreams, writeEvents } from './recorded.ts';
import { fold } from '../../../src/canonical/fold.ts';

const sides: { dialect: Dialect; folders: string[]; request: JsonObject }[] = [
  { dialect: openaiResponses, folders: ['openai-responses', 'azure', 'xai'], request: { model: 'alias', input: 'hi' } },
  { dialect: bedrockConverse, folders: ['amazon-bedrock'], request: { messages: [{ role: 'user', content: [{ text: 'hi' }] }] } },
  { dialect: gemini, folders: ['google'], request: { contents: [{ role: 'user', parts: [{ text: 'hi' }] }] } },
];

for (const { dialect, folders, request } of sides) {
  const streams = recordedStreams(folders);
  const context = contextFor(dialect, request);

  describe(`${dialect.name}: recorded streams`, () => {
    test.each(streams.map((stream) => [stream.name, stream] as const))('%s survives reading and writing', (_name, { chunks }) => {
      const events = readChunks(dialect, chunks);
      const answer = answerOf(events);
      expect(answer.usage?.inputTokens).toBeGreaterThan(0);
      const again = answerOf(readBytes(dialect, [Buffer.from(writeEvents(dialect, context, events))]));
      expect(essence(again)).toEqual(essence(answer));
      const plain = answerOf(dialect.readAnswer(dialect.writeAnswer(answer, context)));
      expect(essence(plain)).toEqual(essence(answer));
    });

    test.each(streams.map((stream) => [stream.name, stream] as const))('%s cut at any frame is a failure', (_name, { chunks }) => {
      for (let count = 0; count < chunks.length; count += 1) expect(fold(readChunks(dialect, chunks.slice(0, count)))?.kind).toBe('fault');
    });

    test('cut at any byte is a failure, split at any byte is the same answer', () => {
      fc.assert(fc.property(fc.constantFrom(...streams), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), ({ chunks }, where) => {
        const bytes = bytesOf(chunks);
        // The closing blank line of the last frame may be missing.
        const cut = Math.floor(where * (bytes.length - 2));
        expect(fold(readBytes(dialect, [bytes.subarray(0, cut)]))?.kind).toBe('fault');
        expect(readBytes(dialect, [bytes.subarray(0, cut), bytes.subarray(cut)]).filter((event) => event.type !== 'start'))
          .toEqual(readBytes(dialect, [bytes]).filter((event) => event.type !== 'start'));
      }), { numRuns: 60 });
    });

    test('random pieces give the same answer', () => {
      fc.assert(fc.property(fc.constantFrom(...streams), fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 40 }), ({ chunks }, sizes) => {
        const bytes = bytesOf(chunks);
        const pieces: Buffer[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          pieces.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(essence(answerOf(readBytes(dialect, pieces)))).toEqual(essence(answerOf(readBytes(dialect, [bytes]))));
      }), { numRuns: 40 });
    });

    test('glances see usage, content and the end', () => {
      for (const { chunks } of streams) {
        const glance = dialect.createGlancer();
        const seen = chunks.map((data) => glance(JSON.parse(data) as JsonObject, { event: null, data }));
        expect(seen.at(-1)?.terminal ?? seen.at(-1)?.endable).toBe(true);
        expect(seen.slice(0, -1).some((look) => look.terminal ?? look.endable)).toBe(false);
        expect(seen.some((look) => look.content)).toBe(true);
        expect(seen.findLast((look) => look.usage)?.usage).toEqual(answerOf(readChunks(dialect, chunks)).usage ?? undefined);
      }
    });
  });

  describe(`${dialect.name}: recorded answers`, () => {
    const whole = recordedAnswers(folders).filter(({ body }) => !('error' in body) || body['error'] === null);
    test.each(whole.map((answer) => [answer.name, answer] as const))('%s survives reading and writing', (_name, { body }) => {
      const answer = answerOf(dialect.readAnswer(body));
      expect(dialect.usageOf(body)).toEqual(answer.usage);
      expect(essence(answerOf(dialect.readAnswer(dialect.writeAnswer(answer, context))))).toEqual(essence(answer));
    });
  });

  test(`${dialect.name}: readers survive garbage`, () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.json()), { maxLength: 8 }), (values) => {
      const events = values.flatMap((data) => dialect.createReader().read({ event: null, data }));
      expect(Array.isArray(events)).toBe(true);
    }));
    fc.assert(fc.property(fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 4 })), (body) => {
      dialect.readAnswer(body as JsonObject);
      const request = dialect.readRequest(body as JsonObject, 'm', false);
      expect(typeof request.ok).toBe('boolean');
      dialect.createGlancer()(body as JsonObject, { event: null, data: '' });
    }));
  });
}

const keys = [
  'type', 'response', 'item', 'output', 'output_index', 'content_index', 'part', 'delta', 'status', 'error', 'usage', 'input', 'tools', 'tool_choice',
  'text', 'reasoning', 'candidates', 'contents', 'generationConfig', 'usageMetadata', 'promptFeedback', 'systemInstruction', 'toolConfig',
];

// Every event type with members of any shape.
test('the Responses reader survives known events of any shape', () => {
  const types = [
    'response.created', 'response.completed', 'response.failed', 'response.output_item.added', 'response.output_item.done', 'response.content_part.added',
    'response.content_part.done', 'response.output_text.delta', 'response.output_text.done', 'response.function_call_arguments.delta',
    'response.custom_tool_call_input.done', 'response.reasoning_summary_text.delta', 'response.reasoning_text.done', 'response.refusal.delta',
    'response.output_text.annotation.added', 'response.web_search_call.searching', 'error',
  ];
  const members = fc.dictionary(fc.constantFrom('item', 'part', 'delta', 'text', 'output_index', 'content_index', 'response', 'annotation'), fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.record({ type: fc.constantFrom('message', 'function_call', 'custom_tool_call', 'reasoning', 'web_search_call', 'output_text'), id: fc.string(), content: fc.jsonValue(), name: fc.string() }, { requiredKeys: [] }),
  ));
  fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom(...types), members), { maxLength: 20 }), (frames) => {
    const reader = openaiResponses.createReader();
    const events = frames.flatMap(([type, rest]) => reader.read({ event: null, data: JSON.stringify({ ...rest, type }) }));
    events.push(...reader.finish());
    expect(events.filter((event) => event.type === 'end' || event.type === 'error')).toHaveLength(1);
  }));
});
