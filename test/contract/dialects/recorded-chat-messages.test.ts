// What providers really sent, through both readers and writers of the Chat Completions and Messages dialects.
import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { anthropicMessages } from '../../../src/dialects/anthropic-messages/index.ts';
import { openaiChat } from '../../../src/dialects/openai-chat/index.ts';
import type { CanonicalAnswer } from '../../../src/canonical/answer.ts';
import type { Dialect } from '../../../src/dialects/dialect.ts';
import { fold } from '../../../src/canonical/fold.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { parseJsonObject } from '../../../src/lib/json.ts';
import { answerOf, bytesOf, contextFor, essence, readBytes, readChunks, recordedAnswers, recordedStreams, writeEvents } from './recorded.ts';

interface Side {
  dialect: Dialect;
  folders: string[];
  request: JsonObject;
  /** What the recordings leave out: the terminal frame of the dialect. */
  tail: string[];
}

const chat: Side = {
  dialect: openaiChat, folders: ['openai', 'openai-compatible', 'deepseek', 'groq', 'mistral', 'moonshotai'], tail: ['[DONE]'],
  request: { model: 'alias', messages: [{ role: 'user', content: 'hi' }], stream: true, stream_options: { include_usage: true } },
};
const messages: Side = {
  dialect: anthropicMessages, folders: ['anthropic'], tail: [],
  request: { model: 'alias', max_tokens: 100, messages: [{ role: 'user', content: 'hi' }], stream: true },
};

const streamsOf = ({ folders, tail }: Side) => recordedStreams(folders).filter(({ name }) => !name.includes('spliced'))
  .map(({ name, chunks }) => ({ name, chunks: [...chunks, ...tail] }));

/** What any dialect can say: text, reasoning, calls, the reason (a refusal is a filter in chat) and the counts. */
function gist(answer: CanonicalAnswer) {
  const [choice] = answer.choices;
  const blocks = choice?.blocks ?? [];
  const join = (kind: string) => blocks.filter((block) => block.start.kind === kind).map((block) => block.text).join('');
  const { usage } = answer;
  return {
    text: join('text'), reasoning: join('thinking'), reason: choice?.reason === 'refusal' ? 'filter' : choice?.reason,
    calls: blocks.flatMap(({ start, text }) => (start.kind === 'tool-call' ? [[start.id, start.name, parseJsonObject(text === '' ? '{}' : text)]] : [])),
    usage: usage && [usage.inputTokens, usage.outputTokens, usage.cacheReadTokens, usage.cacheWriteTokens, usage.reasoningTokens],
  };
}

for (const [side, other] of [[chat, messages], [messages, chat]] as const) {
  const { dialect, folders, request } = side;
  const streams = streamsOf(side);
  const context = contextFor(dialect, request);
  const otherContext = contextFor(other.dialect, other.request);

  describe(`${dialect.name}: recorded streams`, () => {
    test.each(streams.map((stream) => [stream.name, stream] as const))('%s survives reading and writing', (_name, { chunks }) => {
      const events = readChunks(dialect, chunks);
      const answer = answerOf(events);
      expect(answer.usage?.inputTokens).toBeGreaterThan(0);
      const again = answerOf(readBytes(dialect, [Buffer.from(writeEvents(dialect, context, events))]));
      expect(gist(again)).toEqual(gist(answer));
      const plain = answerOf(dialect.readAnswer(dialect.writeAnswer(answer, context)));
      expect(gist(plain)).toEqual(gist(answer));
      if (dialect === anthropicMessages) expect(essence(again)).toEqual(essence(answer));
    });

    test.each(streams.map((stream) => [stream.name, stream] as const))(`%s survives the way through ${other.dialect.name}`, (_name, { chunks }) => {
      const events = readChunks(dialect, chunks);
      const answer = answerOf(events);
      const crossed = answerOf(readBytes(other.dialect, [Buffer.from(writeEvents(other.dialect, otherContext, events))]));
      expect(gist(crossed)).toEqual(gist(answer));
      expect(gist(answerOf(other.dialect.readAnswer(other.dialect.writeAnswer(answer, otherContext))))).toEqual(gist(answer));
    });

    test.each(streams.map((stream) => [stream.name, stream] as const))('%s cut at any frame is a failure', (_name, { chunks }) => {
      for (let count = 0; count < chunks.length; count += Math.ceil(chunks.length / 60)) {
        expect(fold(readChunks(dialect, chunks.slice(0, count)))?.kind).toBe('fault');
      }
      expect(fold(readChunks(dialect, chunks.slice(0, -1)))?.kind).toBe('fault');
    });

    test('cut at any byte is a failure, split at any byte is the same answer', () => {
      fc.assert(fc.property(fc.constantFrom(...streams), fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), ({ chunks }, where) => {
        const bytes = bytesOf(chunks);
        const cut = Math.floor(where * (bytes.length - 2));
        expect(fold(readBytes(dialect, [bytes.subarray(0, cut)]))?.kind).toBe('fault');
        expect(essence(answerOf(readBytes(dialect, [bytes.subarray(0, cut), bytes.subarray(cut)])))).toEqual(essence(answerOf(readBytes(dialect, [bytes]))));
      }), { numRuns: 60 });
    });

    test('small streams cut at every byte are failures', () => {
      for (const { chunks } of streams) {
        const bytes = bytesOf(chunks);
        if (bytes.length > 3000) continue;
        for (let cut = 0; cut < bytes.length - 1; cut += 1) expect(fold(readBytes(dialect, [bytes.subarray(0, cut)]))?.kind).toBe('fault');
      }
    });

    test('glances tell what reading tells', () => {
      for (const { chunks } of streams) {
        const glance = dialect.createGlancer();
        const seen = chunks.map((data) => glance(parseJsonObject(data), { event: null, data }));
        expect(seen.findLast((look) => look.usage)?.usage).toEqual(answerOf(readChunks(dialect, chunks)).usage ?? undefined);
        expect(seen.map((look) => look.terminal === true)).toEqual(chunks.map((_chunk, index) => index === chunks.length - 1));
        expect(seen.some((look) => look.content)).toBe(true);
        expect(seen.some((look) => look.finishReason)).toBe(true);
      }
    });
  });

  describe(`${dialect.name}: recorded answers`, () => {
    test.each(recordedAnswers(folders).map(({ name, body }) => [name, body] as const))('%s survives reading and writing', (_name, body) => {
      const answer = answerOf(dialect.readAnswer(body));
      expect(gist(answerOf(dialect.readAnswer(dialect.writeAnswer(answer, context))))).toEqual(gist(answer));
      expect(gist(answerOf(other.dialect.readAnswer(other.dialect.writeAnswer(answer, otherContext))))).toEqual(gist(answer));
      expect(dialect.usageOf(body)).toEqual(answer.usage);
    });
  });
}

test('a second message_start is a failure, not a longer answer', () => {
  const spliced = recordedStreams(['anthropic']).find(({ name }) => name.includes('spliced'));
  expect(fold(readChunks(anthropicMessages, spliced?.chunks ?? []))?.kind).toBe('fault');
});

test('server tools of Anthropic are never calls for the client', () => {
  for (const { chunks } of streamsOf(messages)) {
    const text = writeEvents(openaiChat, contextFor(openaiChat, chat.request), readChunks(anthropicMessages, chunks));
    expect(text).not.toContain('srvtoolu_');
  }
});
