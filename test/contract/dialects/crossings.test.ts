// Recorded answers through the writer and the reader of every other dialect: texts, calls, reasoning, ends and usage stay.
import { describe, expect, test } from 'bun:test';
import type { CanonicalAnswer } from '../../../src/canonical/answer.ts';
import { anthropicMessages } from '../../../src/dialects/anthropic-messages/index.ts';
import { gemini } from '../../../src/dialects/gemini/index.ts';
import { openaiChat } from '../../../src/dialects/openai-chat/index.ts';
import { openaiResponses } from '../../../src/dialects/openai-responses/index.ts';
import { answerOf, contextFor, readBytes, readChunks, recordedStreams, writeEvents } from './recorded.ts';

const dialects = [openaiResponses, gemini, openaiChat, anthropicMessages];
const body = { input: 'hi', contents: [], messages: [{ role: 'user', content: 'hi' }], max_tokens: 64, stream_options: { include_usage: true } };

// What each dialect can say. Texts may be split or joined; hosted tools and citations stay at home.
function common(answer: CanonicalAnswer) {
  const [choice] = answer.choices;
  const blocks = choice?.blocks ?? [];
  const textOf = (kind: string) => blocks.filter(({ start }) => start.kind === kind).map((block) => block.text).join('');
  return {
    text: textOf('text'), thinking: textOf('thinking'), reason: choice?.reason,
    calls: blocks.flatMap(({ start, text }) => (start.kind === 'tool-call' ? [[start.id, start.name, JSON.parse(text) as unknown]] : [])),
    usage: [answer.usage?.inputTokens, answer.usage?.outputTokens, answer.usage?.cacheReadTokens],
  };
}

for (const [source, folders] of [[openaiResponses, ['openai-responses', 'azure', 'xai']], [gemini, ['google']]] as const) {
  for (const client of dialects) {
    describe(`${source.name} to ${client.name}`, () => {
      test.each(recordedStreams([...folders]).map(({ name, chunks }) => [name, chunks] as const))('%s', (_name, chunks) => {
        const events = readChunks(source, chunks);
        const answer = answerOf(events);
        const context = contextFor(client, body);
        const streamed = answerOf(readBytes(client, [Buffer.from(writeEvents(client, context, events))]));
        expect(common(streamed)).toEqual(common(answer));
        const plain = answerOf(client.readAnswer(client.writeAnswer(answer, context)));
        expect(common(plain)).toEqual(common(answer));
      });
    });
  }
}
