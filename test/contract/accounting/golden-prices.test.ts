// Whole and streamed answers of every kind of provider, priced: what their usage means must come out to the billionth of a dollar.
// test/fixtures/golden-prices.json was worked out apart from this program, with decimal arithmetic, from prices that were typed in by hand;
// `because` has the sum.
import { describe, expect, test } from 'bun:test';
import golden from '../../fixtures/golden-prices.json' with { type: 'json' };
import { anthropicMessages } from '../../../src/dialects/anthropic-messages/index.ts';
import { bedrockConverse } from '../../../src/dialects/bedrock-converse/index.ts';
import { costOf } from '../../../src/accounting/cost.ts';
import { fold } from '../../../src/canonical/fold.ts';
import { gemini } from '../../../src/dialects/gemini/index.ts';
import { openaiChat } from '../../../src/dialects/openai-chat/index.ts';
import { openaiResponses } from '../../../src/dialects/openai-responses/index.ts';
import { parseFrame } from '../../../src/lib/sse.ts';
import { priceOf } from '../../../src/accounting/prices.ts';
import type { Dialect } from '../../../src/dialects/dialect.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import type { Usage } from '../../../src/canonical/usage.ts';

type Row = (typeof golden)[number];

/** A provider's answer with these counts: whole, and as the data of its events. */
interface Wire {
  dialect: Dialect;
  whole(row: Row): JsonObject;
  frames(row: Row): (JsonObject | string)[];
}

const tierWord = (row: Row, standard: string): string => ({ priority: 'priority', flex: 'flex', batch: 'batch' })[row.tier] ?? standard;

const anthropicUsage = (row: Row): JsonObject => ({
  input_tokens: row.inputTokens, cache_read_input_tokens: row.readTokens, cache_creation_input_tokens: row.writeTokens, output_tokens: row.outputTokens,
  cache_creation: { ephemeral_5m_input_tokens: row.writeTokens - row.write1hTokens, ephemeral_1h_input_tokens: row.write1hTokens },
  service_tier: tierWord(row, 'standard'), ...(row.searches > 0 && { server_tool_use: { web_search_requests: row.searches } }),
});
const anthropic: Wire = {
  dialect: anthropicMessages,
  whole: (row) => ({ id: 'msg_1', type: 'message', role: 'assistant', model: row.model, content: [{ type: 'text', text: 'Hi.' }], stop_reason: 'end_turn', stop_sequence: null, usage: anthropicUsage(row) }),
  frames: (row) => [
    // The beginning knows the input only; the end repeats and completes it.
    { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: row.model, content: [], stop_reason: null, stop_sequence: null, usage: { ...anthropicUsage(row), output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }, { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi.' } },
    { type: 'content_block_stop', index: 0 }, { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { ...anthropicUsage(row) } }, { type: 'message_stop' },
  ],
};

const converseCounts = (row: Row): JsonObject => ({
  usage: {
    inputTokens: row.inputTokens, outputTokens: row.outputTokens, totalTokens: row.inputTokens + row.readTokens + row.writeTokens + row.outputTokens,
    cacheReadInputTokens: row.readTokens, cacheWriteInputTokens: row.writeTokens,
    cacheDetails: [{ ttl: '5m', inputTokens: row.writeTokens - row.write1hTokens }, { ttl: '1h', inputTokens: row.write1hTokens }],
  },
  metrics: { latencyMs: 1 }, serviceTier: { type: tierWord(row, 'default') },
});
const bedrock: Wire = {
  dialect: bedrockConverse,
  whole: (row) => ({ output: { message: { role: 'assistant', content: [{ text: 'Hi.' }] } }, stopReason: 'end_turn', ...converseCounts(row) }),
  frames: (row) => [
    { messageStart: { role: 'assistant' } }, { contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hi.' } } }, { contentBlockStop: { contentBlockIndex: 0 } },
    { messageStop: { stopReason: 'end_turn' } }, { metadata: converseCounts(row) },
  ],
};

const googleAnswer = (row: Row): JsonObject => ({
  candidates: [{ content: { role: 'model', parts: [{ text: 'Hi.' }] }, finishReason: 'STOP', index: 0, ...(row.searches > 0 && { groundingMetadata: { webSearchQueries: ['a', 'b', 'c'] } }) }],
  usageMetadata: {
    promptTokenCount: row.inputTokens + row.readTokens, cachedContentTokenCount: row.readTokens, candidatesTokenCount: row.outputTokens - 100, thoughtsTokenCount: 100,
    totalTokenCount: row.inputTokens + row.readTokens + row.outputTokens, trafficType: { priority: 'ON_DEMAND_PRIORITY', flex: 'ON_DEMAND_FLEX' }[row.tier] ?? 'ON_DEMAND',
  },
});
const google: Wire = {
  dialect: gemini,
  whole: googleAnswer,
  frames: (row) => [{ ...googleAnswer({ ...row, outputTokens: 150 }), candidates: [{ content: { role: 'model', parts: [{ text: 'H' }] }, index: 0 }] }, googleAnswer(row)],
};

const chatUsage = (row: Row): JsonObject => ({
  prompt_tokens: row.inputTokens + row.readTokens, completion_tokens: row.outputTokens, total_tokens: row.inputTokens + row.readTokens + row.outputTokens,
  prompt_tokens_details: { cached_tokens: row.readTokens, audio_tokens: 0 }, completion_tokens_details: { reasoning_tokens: 64 },
});
const chat: Wire = {
  dialect: openaiChat,
  whole: (row) => ({
    id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: row.model, service_tier: tierWord(row, 'default'),
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi.' }, finish_reason: 'stop' }], usage: chatUsage(row),
  }),
  frames: (row) => {
    const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: row.model, service_tier: tierWord(row, 'default') };
    return [
      { ...chunk, choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi.' }, finish_reason: null }] }, { ...chunk, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      { ...chunk, choices: [], usage: chatUsage(row) }, '[DONE]',
    ];
  },
};

const message: JsonObject = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hi.', annotations: [] }] };
const responseOf = (row: Row): JsonObject => ({
  id: 'resp_1', object: 'response', created_at: 1, status: 'completed', model: row.model, service_tier: tierWord(row, 'default'),
  output: [...Array.from({ length: row.searches }, (_, index): JsonObject => ({ id: `ws_${index}`, type: 'web_search_call', status: 'completed', action: { type: 'search', query: 'x' } })), message],
  usage: {
    input_tokens: row.inputTokens + row.readTokens, input_tokens_details: { cached_tokens: row.readTokens }, output_tokens: row.outputTokens,
    output_tokens_details: { reasoning_tokens: 64 }, total_tokens: row.inputTokens + row.readTokens + row.outputTokens,
  },
});
const responses: Wire = {
  dialect: openaiResponses,
  whole: responseOf,
  frames: (row) => [
    { type: 'response.created', sequence_number: 0, response: { ...responseOf(row), status: 'in_progress', output: [], usage: null } },
    { type: 'response.output_item.added', sequence_number: 1, output_index: 0, item: { ...message, status: 'in_progress', content: [] } },
    { type: 'response.output_text.delta', sequence_number: 2, output_index: 0, content_index: 0, item_id: 'msg_1', delta: 'Hi.' },
    { type: 'response.output_item.done', sequence_number: 3, output_index: 0, item: message },
    { type: 'response.completed', sequence_number: 4, response: responseOf(row) },
  ],
};

const wires: Readonly<Record<string, Wire>> = {
  'anthropic': anthropic, 'bedrock': bedrock, 'bedrock-nova': bedrock, 'vertex': anthropic, 'vertex-gemini': google, 'openai-chat': chat, 'openai-responses': responses,
  'gemini': google, 'azure': chat,
};

function check(row: Row, usage: Usage | null | undefined): void {
  const cost = usage ? costOf(priceOf(row.provider, row.model), usage) : null;
  expect(Math.abs((cost?.totalUsd ?? Number.NaN) - Number(row.usd))).toBeLessThan(1e-9);
  expect(cost?.totalNanoUsd).toBe(row.nanoUsd);
}

describe.each([...new Set(golden.map(({ wire }) => wire))])('%s', (name) => {
  const wire = wires[name];
  for (const row of golden.filter((candidate) => candidate.wire === name)) {
    test(`${row.tier}, cache ${row.cache}: $${row.usd} = ${row.because}`, () => {
      if (!wire) throw new Error(`no wire ${name}`);
      // Translated and passed, whole and streamed: the four ways in which usage is read.
      const { dialect } = wire;
      const whole = fold(dialect.readAnswer(wire.whole(row)));
      check(row, whole?.kind === 'answer' ? whole.answer.usage : null);
      check(row, dialect.usageOf(wire.whole(row)));
      const frames = wire.frames(row).map((frame) => (typeof frame === 'string' ? frame : JSON.stringify(frame)));
      const reader = dialect.createReader();
      const events = [...frames.flatMap((data) => reader.read({ event: null, data })), ...reader.finish()];
      const streamed = fold(events);
      check(row, streamed?.kind === 'answer' ? streamed.answer.usage : null);
      const glance = dialect.createGlancer();
      const seen = frames.map((data) => glance(data.startsWith('{') ? JSON.parse(data) as JsonObject : undefined, parseFrame(Buffer.from(`data: ${data}\n\n`)) ?? { event: null, data }));
      check(row, seen.findLast((look) => look.usage)?.usage);
    });
  }
});
