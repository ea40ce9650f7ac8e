// OpenAI's SDK judges what the Responses writer makes of any answer: it throws on wrong order, ids or unfinished items.
import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import OpenAI from 'openai';
import type { StreamEvent } from '../../../src/canonical/event.ts';
import { fault } from '../../../src/canonical/fault.ts';
import { openaiResponses } from '../../../src/dialects/openai-responses/index.ts';
import { gemini } from '../../../src/dialects/gemini/index.ts';
import { answerOf, contextFor, framesOf, readChunks, recordedStreams, writeEvents } from './recorded.ts';

const context = contextFor(openaiResponses, {
  model: 'alias', input: 'hi', instructions: 'Be short.', temperature: 0.5,
  tools: [{ type: 'function', name: 'get_weather', parameters: { type: 'object', properties: {} } }],
});

// The SDK reads the text as the body of a real HTTP answer would reach it.
async function judge(text: string) {
  const client = new OpenAI({
    apiKey: 'sk-test', baseURL: 'http://127.0.0.1:1/v1', maxRetries: 0,
    fetch: () => Promise.resolve(new Response(text, { headers: { 'content-type': 'text/event-stream' } })),
  });
  return client.responses.stream({ model: 'alias', input: 'hi' }).finalResponse();
}

// Rules of the wire that the SDK does not check.
function checkWire(text: string): void {
  const frames = framesOf(text);
  expect(frames.map((frame) => frame['sequence_number'])).toEqual(frames.map((_, index) => index));
  expect([...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1])).toEqual(frames.map((frame) => String(frame['type'])));
  expect(frames.filter((frame) => /^response\.(completed|incomplete|failed)$/.test(String(frame['type'])))).toHaveLength(1);
  const last = frames.at(-1)?.['response'] as { output: { id: string }[] };
  const added = frames.filter((frame) => frame['type'] === 'response.output_item.added').map((frame) => (frame['item'] as { id: string }).id);
  expect(last.output.map((item) => item.id)).toEqual(added);
  expect(new Set(added).size).toBe(added.length);
  for (const frame of frames) {
    if (typeof frame['item_id'] === 'string') expect(frame['item_id']).toBe(added[Number(frame['output_index'])] ?? '');
  }
}

const recorded = [
  ...recordedStreams(['openai-responses', 'azure', 'xai']).map(({ name, chunks }) => [name, openaiResponses, chunks] as const),
  ...recordedStreams(['google']).map(({ name, chunks }) => [name, gemini, chunks] as const),
];

describe('recorded answers as Responses streams', () => {
  test.each(recorded)('%s', async (_name, dialect, chunks) => {
    const events = readChunks(dialect, chunks);
    const text = writeEvents(openaiResponses, context, events);
    checkWire(text);
    const response = await judge(text);
    const answer = answerOf(events);
    const blocks = answer.choices[0]?.blocks ?? [];
    expect(response.output_text).toBe(blocks.filter(({ start }) => start.kind === 'text').map((block) => block.text).join(''));
    expect(response.output.filter((item) => item.type === 'function_call').map((item) => item.arguments))
      .toEqual(blocks.filter(({ start }) => start.kind === 'tool-call').map((block) => block.text));
    expect(response.usage?.total_tokens).toBe((answer.usage?.inputTokens ?? 0) + (answer.usage?.outputTokens ?? 0));
    expect(response.model).toBe('alias');
    expect(response.instructions).toBe('Be short.');
  });
});

interface Plan {
  kind: 'text' | 'refusal' | 'thinking' | 'function' | 'custom' | 'redacted';
  pieces: string[];
}

const plan: fc.Arbitrary<Plan> = fc.record({
  kind: fc.constantFrom('text', 'refusal', 'thinking', 'function', 'custom', 'redacted'), pieces: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 5 }),
});

function startOf({ kind }: Plan, block: number): StreamEvent {
  const place = { type: 'block-start', choice: 0, block } as const;
  switch (kind) {
    case 'function':
    case 'custom':
      return { ...place, start: { kind: 'tool-call', id: `call_${block}`, name: 'get_weather', call: kind } };
    case 'redacted':
      return { ...place, start: { kind: 'redacted-thinking', data: 'secret' } };
    default:
      return { ...place, start: { kind } };
  }
}

// Blocks that open in order and whose pieces come in any order.
function interleave(plans: Plan[], picks: number[]): StreamEvent[] {
  const queues = plans.map((item, block) => [
    startOf(item, block),
    ...(item.kind === 'redacted' ? [] : item.pieces.map((text): StreamEvent => ({ type: 'block-delta', choice: 0, block, text }))),
    { type: 'block-stop', choice: 0, block } as const,
  ]);
  const events: StreamEvent[] = [{ type: 'start', id: 'x', model: 'm', createdSeconds: 0 }];
  for (let turn = 0; queues.some((queue) => queue.length > 0); turn += 1) {
    const waiting = queues.filter((queue) => queue.length > 0);
    const event = waiting[(picks[turn % picks.length] ?? 0) % waiting.length]?.shift();
    if (event) events.push(event);
  }
  return [...events, { type: 'stop', choice: 0, reason: 'end' }, { type: 'end' }];
}

test('any interleaving of text, reasoning and up to eight calls', async () => {
  await fc.assert(fc.asyncProperty(fc.array(plan, { maxLength: 8 }), fc.array(fc.nat(8), { minLength: 1, maxLength: 30 }), async (plans, picks) => {
    const events = interleave(plans, picks);
    const text = writeEvents(openaiResponses, context, events);
    checkWire(text);
    const response = await judge(text);
    const calls = response.output.filter((item) => item.type === 'function_call');
    expect(Object.fromEntries(calls.map((item) => [item.call_id, item.arguments]))).toEqual(Object.fromEntries(
      plans.map((item, block) => [item, `call_${block}`] as const).filter(([item]) => item.kind === 'function').map(([item, id]) => [id, item.pieces.join('') || '{}']),
    ));
    const texts = plans.filter(({ kind }) => kind === 'text').map(({ pieces }) => pieces.join(''));
    const contents = response.output.flatMap((item) => (item.type === 'message' ? item.content : []));
    expect(contents.filter((part) => part.type === 'output_text').map((part) => part.text).toSorted()).toEqual(texts.toSorted());
  }), { numRuns: 150 });
});

test('a failure after text gives response.failed with the provider\'s code and what was said', () => {
  const text = writeEvents(openaiResponses, context, [
    { type: 'start', id: 'x', model: 'm', createdSeconds: 0 },
    { type: 'block-start', choice: 0, block: 0, start: { kind: 'text' } },
    { type: 'block-delta', choice: 0, block: 0, text: 'Hel' },
    { type: 'error', fault: fault('upstream_rate_limited', 'slow down', { upstream: { errorName: 'OpenAIException', status: 429, message: 'Slow down.', code: 'rate_limit_exceeded' } }) },
    { type: 'end' },
  ]);
  checkWire(text);
  expect(framesOf(text).at(-1)).toMatchObject({
    type: 'response.failed',
    response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow down.' }, output: [{ content: [{ text: 'Hel' }], status: 'incomplete' }] },
  });
});

test('the response object at the end of a stream reads like its events', () => {
  for (const { chunks } of recordedStreams(['openai-responses', 'azure', 'xai'])) {
    const last = JSON.parse(chunks.at(-1) ?? '{}') as { response: { output: { content?: unknown }[] } };
    const whole = answerOf(openaiResponses.readAnswer(last.response as never));
    const streamed = answerOf(readChunks(openaiResponses, chunks));
    const view = ({ choices, usage, id }: typeof whole) => ({
      id, usage,
      choices: choices.map((choice) => ({ ...choice, blocks: choice.blocks.map((block) => ({
        kind: block.start.kind, text: block.text, citations: block.citations.length,
        value: block.start.kind === 'opaque' ? (block.opaque.at(-1) ?? block.start.value)['type'] : undefined,
      })) })),
    });
    expect(view(streamed)).toEqual(view(whole));
  }
});
