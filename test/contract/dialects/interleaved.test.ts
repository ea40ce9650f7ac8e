// Random answers in which text, thinking and up to eight tool calls are mixed, cut into random pieces, with the official
// libraries as judges of what Weir writes.
import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { anthropicMessages } from '../../../src/dialects/anthropic-messages/index.ts';
import { openaiChat } from '../../../src/dialects/openai-chat/index.ts';
import { contextFor, framesOf, readBytes, writeEvents } from './recorded.ts';
import { formatFrame } from '../../../src/lib/sse.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { arrayAt, isJsonObject, objectAt, stringAt } from '../../../src/lib/json.ts';
import type { StreamEvent } from '../../../src/canonical/event.ts';

const chatContext = contextFor(openaiChat, { messages: [{ role: 'user', content: 'hi' }], stream: true, stream_options: { include_usage: true } });
const messagesContext = contextFor(anthropicMessages, { max_tokens: 9, messages: [{ role: 'user', content: 'hi' }], stream: true });

type Step = { kind: 'text' | 'thinking'; text: string } | { kind: 'call'; call: number; text: string };

const words = fc.constantFrom('a', ' b', 'é', '漢字', '🎉', '\n', '"', '\\', '👩‍👩‍👧', 'data: x');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('text' as const, 'thinking' as const), text: words }),
  fc.record({ kind: fc.constant('call' as const), call: fc.nat(7), text: words }),
);
const steps = fc.array(step, { minLength: 1, maxLength: 60 });
const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 20 });

// The arguments of each call are one JSON object whose value grows by fragments.
interface Expected {
  text: string;
  thinking: string;
  calls: Map<number, string>;
}

function expectedOf(list: Step[]): Expected {
  const expected: Expected = { text: '', thinking: '', calls: new Map() };
  for (const item of list) {
    if (item.kind === 'call') expected.calls.set(item.call, (expected.calls.get(item.call) ?? '') + item.text);
    else expected[item.kind] += item.text;
  }
  return expected;
}

const chunk = (delta: JsonObject, finish: string | null = null) => formatFrame(JSON.stringify({
  id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }],
}));

function chatStream(list: Step[]): Buffer {
  const seen = new Set<number>();
  const order: number[] = [];
  let out = chunk({ role: 'assistant', content: '' });
  for (const item of list) {
    if (item.kind !== 'call') {
      out += chunk(item.kind === 'text' ? { content: item.text } : { reasoning_content: item.text });
      continue;
    }
    const { call } = item;
    if (!seen.has(call)) {
      seen.add(call);
      order.push(call);
      out += chunk({ tool_calls: [{ index: call, id: `call_${call}`, type: 'function', function: { name: `tool_${call}`, arguments: '{"v":"' } }] });
    }
    out += chunk({ tool_calls: [{ index: call, function: { arguments: JSON.stringify(item.text).slice(1, -1) } }] });
  }
  for (const call of order) out += chunk({ tool_calls: [{ index: call, function: { arguments: '"}' } }] });
  out += chunk({}, seen.size > 0 ? 'tool_calls' : 'stop');
  out += formatFrame(JSON.stringify({ id: 'chatcmpl-1', choices: [], usage: { prompt_tokens: 11, completion_tokens: 5, total_tokens: 16 } }));
  return Buffer.from(out + formatFrame('[DONE]'));
}

function pieces(bytes: Buffer, lengths: number[]): Buffer[] {
  const result: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    result.push(bytes.subarray(at, at + length));
    at += length;
  }
  return result;
}

function deltaOf(chunk: JsonObject): JsonObject | undefined {
  const [choice] = arrayAt(chunk, 'choices');
  return isJsonObject(choice) ? objectAt(choice, 'delta') : undefined;
}

// A client library that gets these bytes as the provider's answer.
const answering = (text: string): typeof fetch =>
  Object.assign(() => Promise.resolve(new Response(text, { headers: { 'content-type': 'text/event-stream' } })), { preconnect: () => undefined });

const viaOpenAi = (text: string) => new OpenAI({ apiKey: 'x', maxRetries: 0, fetch: answering(text) })
  .chat.completions.stream({ model: 'm', messages: [], stream_options: { include_usage: true } }).finalChatCompletion();

const viaAnthropic = (text: string) => new Anthropic({ apiKey: 'x', maxRetries: 0, fetch: answering(text) })
  .messages.stream({ model: 'm', max_tokens: 9, messages: [] }).finalMessage();

describe('random answers', () => {
  test('the OpenAI library puts together what the chat writer writes', async () => {
    await fc.assert(fc.asyncProperty(steps, sizes, async (list, lengths) => {
      const expected = expectedOf(list);
      const events = readBytes(openaiChat, pieces(chatStream(list), lengths));
      const text = writeEvents(openaiChat, chatContext, events);
      const completion = await viaOpenAi(text);
      const [choice] = completion.choices;
      expect(choice?.message.content ?? '').toBe(expected.text);
      // The library does not join members that it does not know.
      expect(framesOf(text).map((chunk) => stringAt(deltaOf(chunk), 'reasoning_content') ?? '').join('')).toBe(expected.thinking);
      const calls = (choice?.message.tool_calls ?? []).map((call) => (call.type === 'function' ? [call.id, JSON.parse(call.function.arguments) as unknown] : []));
      expect(Object.fromEntries(calls)).toEqual(Object.fromEntries([...expected.calls].map(([call, text]) => [`call_${call}`, { v: text }])));
      expect(choice?.finish_reason).toBe(expected.calls.size > 0 ? 'tool_calls' : 'stop');
      expect(completion.usage?.total_tokens).toBe(16);
    }), { numRuns: 60 });
  });

  test('the Anthropic library puts together what the Messages writer writes', async () => {
    await fc.assert(fc.asyncProperty(steps, sizes, async (list, lengths) => {
      const expected = expectedOf(list);
      const events = readBytes(openaiChat, pieces(chatStream(list), lengths));
      const text = writeEvents(anthropicMessages, messagesContext, events);
      expectOrder(text);
      const message = await viaAnthropic(text);
      const join = (pick: (block: Anthropic.ContentBlock) => string) => message.content.map(pick).join('');
      expect(join((block) => (block.type === 'text' ? block.text : ''))).toBe(expected.text);
      expect(join((block) => (block.type === 'thinking' ? block.thinking : ''))).toBe(expected.thinking);
      const calls = message.content.flatMap((block) => (block.type === 'tool_use' ? [[block.id, block.input]] : []));
      expect(Object.fromEntries(calls)).toEqual(Object.fromEntries([...expected.calls].map(([call, value]) => [`call_${call}`, { v: value }])));
      expect(message.stop_reason).toBe(expected.calls.size > 0 ? 'tool_use' : 'end_turn');
      expect(message.usage).toMatchObject({ input_tokens: 11, output_tokens: 5 });
    }), { numRuns: 60 });
  });

  test('a stream cut anywhere gives the libraries an error', async () => {
    await fc.assert(fc.asyncProperty(steps, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), async (list, where) => {
      const bytes = chatStream(list);
      const events = readBytes(openaiChat, [bytes.subarray(0, Math.floor(where * (bytes.length - 2)))]);
      expect(events.at(-1)?.type).toBe('error');
      await expect(viaOpenAi(writeEvents(openaiChat, chatContext, events))).rejects.toThrow();
      await expect(viaAnthropic(writeEvents(anthropicMessages, messagesContext, events))).rejects.toThrow();
    }), { numRuns: 40 });
  });

  test('readers survive anything', () => {
    const json = fc.jsonValue().map((value) => JSON.stringify(value));
    const shaped = fc.record({ type: fc.constantFrom('message_start', 'content_block_start', 'content_block_delta', 'message_delta', 'error'), index: fc.jsonValue(), delta: fc.jsonValue(), message: fc.jsonValue(), content_block: fc.jsonValue(), usage: fc.jsonValue(), choices: fc.array(fc.record({ delta: fc.jsonValue(), index: fc.jsonValue(), finish_reason: fc.jsonValue() })) }).map((value) => JSON.stringify(value));
    fc.assert(fc.property(fc.array(fc.oneof(json, shaped, fc.string()), { maxLength: 6 }), (list) => {
      for (const dialect of [openaiChat, anthropicMessages]) {
        const events = readBytes(dialect, [Buffer.from(list.map((data) => formatFrame(data)).join(''))]);
        expect(['error', 'end']).toContain(events.at(-1)?.type ?? '');
        expect(events.filter((event) => event.type === 'error' || event.type === 'end')).toHaveLength(1);
        const glance = dialect.createGlancer();
        for (const data of list) {
          const body = safeParse(data);
          glance(body, { event: null, data });
          if (!body) continue;
          dialect.readAnswer(body);
          dialect.readRequest(body, 'm', false);
          dialect.readRequest({ max_tokens: 1, messages: [body], tools: [body], system: body, tool_choice: body, thinking: body }, 'm', false);
        }
      }
    }), { numRuns: 300 });
  });
});

function safeParse(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

// One block at a time, numbered without gaps, and nothing after the end.
function expectOrder(text: string): void {
  let open = -1;
  let next = 0;
  for (const line of text.split('\n').filter((part) => part.startsWith('data: '))) {
    const event = JSON.parse(line.slice(6)) as { type: string; index?: number };
    if (event.type === 'content_block_start') {
      expect([open, event.index]).toEqual([-1, next]);
      open = next;
      next += 1;
    } else if (event.type === 'content_block_delta') expect(event.index).toBe(open);
    else if (event.type === 'content_block_stop') {
      expect(event.index).toBe(open);
      open = -1;
    }
  }
  expect(open).toBe(-1);
}

const start = (block: number, kind: 'text' | 'tool-call'): StreamEvent => ({
  type: 'block-start', choice: 0, block, start: kind === 'text' ? { kind } : { kind, id: `c${block}`, name: 'f', call: 'function' },
});
const delta = (block: number, text: string): StreamEvent => ({ type: 'block-delta', choice: 0, block, text });
const stop = (block: number): StreamEvent => ({ type: 'block-stop', choice: 0, block });

describe('interleaved blocks', () => {
  test('wait for their turn in the Messages dialect', async () => {
    const text = writeEvents(anthropicMessages, messagesContext, [
      { type: 'start', id: '', model: 'm', createdSeconds: 0 }, start(0, 'tool-call'), start(1, 'tool-call'), delta(1, '{"b":'), delta(0, '{"a":'),
      start(2, 'text'), delta(1, '2}'), stop(1), delta(0, '1}'), delta(2, 'x'), stop(0), stop(2), { type: 'stop', choice: 0, reason: 'tool' }, { type: 'end' },
    ]);
    expectOrder(text);
    expect((await viaAnthropic(text)).content).toMatchObject([{ id: 'c0', input: { a: 1 } }, { id: 'c1', input: { b: 2 } }, { type: 'text', text: 'x' }]);
  });
});
