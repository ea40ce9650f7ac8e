// Same dialect in and out: the client gets the provider's bytes, however they were cut on the way. Only what is declared differs: the
// model's name, and the usage of a chat stream that did not ask for it. And from any provider to any client a stream and the whole answer
// say the same.
import { describe, expect, test } from 'bun:test';
import { cut } from '../../support/cut.ts';
import { outlineOf } from '../../../src/lib/json-members.ts';
import { presentAnswer } from '../../../src/upstream/present.ts';
import { answerOf, contextFor, readBytes, recordedAnswers } from './recorded.ts';
import { alias, relayed, streamClients } from '../../support/relayed.ts';
import { dialectOf } from '../../../src/dialects/registry.ts';
import { readFileSync } from 'node:fs';
import { parseJsonObject } from '../../../src/lib/json.ts';
import { folders, recorded, type Recorded } from '../../support/recorded-streams.ts';
import type { Block, CanonicalAnswer } from '../../../src/canonical/answer.ts';
import type { DialectName } from '../../../src/canonical/dialect-name.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

const dataOf = (frame: Buffer): string => /^data:\s?(.*)$/m.exec(frame.toString('utf8'))?.[1] ?? '';
const objectOf = (frame: Buffer): Record<string, unknown> => (dataOf(frame).startsWith('{') ? JSON.parse(dataOf(frame)) as Record<string, unknown> : {});

/** Where each dialect names the model in a frame. */
const modelIn: Readonly<Partial<Record<DialectName, (json: Record<string, unknown>) => unknown>>> = {
  'openai-chat': (json) => json['model'],
  'openai-responses': (json) => (json['response'] as Record<string, unknown> | undefined)?.['model'],
  'anthropic-messages': (json) => (json['message'] as Record<string, unknown> | undefined)?.['model'],
};

function expected({ dialect, frames }: Recorded, includeUsage: boolean): string {
  return frames.map((frame) => {
    const json = objectOf(frame);
    if (!includeUsage && dialect === 'openai-chat' && Array.isArray(json['choices']) && json['choices'].length === 0 && json['usage']) return '';
    const model = modelIn[dialect]?.(json);
    const text = frame.toString('utf8');
    return typeof model === 'string' ? text.replace(`"model":${JSON.stringify(model)}`, `"model":${JSON.stringify(alias)}`) : text;
    // What LiteLLM ends every stream of Responses with.
  }).join('') + (dialect === 'openai-responses' ? 'data: [DONE]\n\n' : '');
}

const cuts: readonly (readonly number[])[] = [[Infinity], [1, 2, 3, 5, 8, 13, 700], [997]];

describe.each(recorded.map((stream) => [stream.name, stream] as const))('%s', (_name, stream) => {
  const bytes = Buffer.concat(stream.frames);
  const client = streamClients.find(({ name }) => name === stream.dialect);

  if (client) {
    test('passes byte for byte', async () => {
      for (const includeUsage of stream.dialect === 'openai-chat' ? [true, false] : [false]) {
        for (const sizes of cuts) {
          const heard = await relayed(client, stream.dialect, cut(bytes, sizes), 'end', includeUsage);
          expect(heard.end.fault).toBeNull();
          expect(heard.text).toBe(expected(stream, includeUsage));
        }
      }
    });
  }

  test('says the same as a stream and as a whole, to every client', async () => {
    const source = dialectOf(stream.dialect);
    const answer = answerOf(readBytes(source, [bytes]));
    for (const to of streamClients.filter(({ name }) => name !== stream.dialect)) {
      const dialect = dialectOf(to.name);
      const { text } = await relayed(to, stream.dialect, cut(bytes, [997]), 'end', true);
      const streamed = answerOf(readBytes(dialect, [Buffer.from(text)]));
      const context = contextFor(dialect, to.body(alias, true) as JsonObject);
      const whole = answerOf(dialect.readAnswer(dialect.writeAnswer(answer, context)));
      expect({ to: to.name, ...told(streamed) }).toEqual({ to: to.name, ...told(whole) });
    }
  });
});

/** Everything that an answer tells; ids and times are the gateway's own. */
function told({ choices, usage }: CanonicalAnswer): object {
  return {
    usage,
    choices: choices.map(({ blocks, logprobs, ...stop }) => ({
      ...stop, logprobs: logprobs?.flatMap((value) => (value as { content?: unknown[] } | null)?.content ?? []) ?? [],
      blocks: blocks.map(finished).map(({ start, text, ...block }) => ({ ...block, text: start.kind === 'tool-call' ? parseJsonObject(text === '' ? '{}' : text) ?? text : text, start: { ...start, itemId: undefined } })),
    })),
  };
}

// An item of the Responses API is announced as it begins and told once more when it is whole.
function finished(block: Block): Block {
  const { start, opaque } = block;
  if (start.kind !== 'opaque' || start.dialect !== 'openai-responses') return block;
  const { id: _own, ...value } = opaque.at(-1) ?? start.value;
  return { ...block, opaque: [], start: { ...start, value } };
}

test('a stream of several candidates passes whole, and what follows the finish reasons too', async () => {
  const gemini = streamClients.find(({ name }) => name === 'gemini');
  if (!gemini) throw new Error('no such dialect');
  const chunk = (index: number, text: string, finishReason?: string): JsonObject => ({ candidates: [{ index, content: { role: 'model', parts: [{ text }] }, ...(finishReason && { finishReason }) }] });
  const bodies = [chunk(0, 'a', 'STOP'), chunk(1, 'b'), chunk(1, 'c', 'STOP'), { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4, totalTokenCount: 7 } }];
  const frames = bodies.map((body) => `data: ${JSON.stringify(body)}\r\n\r\n`);
  const heard = await relayed(gemini, 'gemini', frames.map((frame) => Buffer.from(frame)));
  expect(heard.text).toBe(frames.join(''));
  expect(heard.end).toMatchObject({ fault: null, usage: { inputTokens: 3, outputTokens: 4 } });
  const broken = await relayed(gemini, 'gemini', frames.slice(0, 2).map((frame) => Buffer.from(frame)));
  expect(broken.end.fault?.code).toBe('upstream_stream_broken');
});

// Whole answers keep their bytes in their order too; besides the model's name there are only insertions: members that LiteLLM's typed answers
// always have.
describe.each(Object.entries(folders).filter(([dialect]) => dialect in modelIn || dialect === 'gemini'))('whole answers of %s', (name, places) => {
  const dialect = name as DialectName;
  // Taken out of both: a provider may have some of them itself.
  const withoutInserted = (text: string): string => text.replace(/,?"provider_specific_fields":\{("refusal":null)?\}|,?"(phase|logprobs|cost|audio_tokens|cached_tokens_details|image_tokens|text_tokens|video_tokens)":\s*null|,?"type":"(message|output_text)"/g, '');

  test.each(recordedAnswers([...places]).filter(({ body }) => !('error' in body) || body['error'] === null).map((answer) => [answer.name, answer.name] as const))('%s', (_name, file) => {
    const bytes = readFileSync(new URL(`../../fixtures/${file}`, import.meta.url));
    const outline = outlineOf(bytes);
    if (!outline) throw new Error('no object');
    const presented = presentAnswer(bytes, outline, dialect, alias).body.toString('utf8');
    const model = dialect === 'gemini' ? undefined : (JSON.parse(bytes.toString('utf8')) as Record<string, unknown>)['model'];
    const given = typeof model === 'string' ? bytes.toString('utf8').replace(JSON.stringify(model), JSON.stringify(alias)) : bytes.toString('utf8');
    expect(withoutInserted(presented)).toBe(withoutInserted(given));
  });
});

test('the recordings are those of the folder', () => {
  expect(recorded.length).toBeGreaterThan(25);
  expect(readFileSync(new URL('../../fixtures/README.md', import.meta.url), 'utf8')).toContain('composed');
});
