// Every word with which a provider ends an answer, and what each client is told. (The table of the dialects' documentation.)
import { describe, expect, test } from 'bun:test';
import { alias, relayed, streamClients } from '../../support/relayed.ts';
import { answerOf, contextFor, readBytes } from './recorded.ts';
import { dialectOf } from '../../../src/dialects/registry.ts';
import { formatFrame } from '../../../src/lib/sse.ts';
import type { DialectName } from '../../../src/canonical/dialect-name.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

type Meaning = 'end' | 'stop-sequence' | 'tool' | 'length' | 'context-full' | 'filter' | 'refusal' | 'pause';
type Words = Readonly<Partial<Record<DialectName, string>>>;

/** How each client's dialect says it. */
const told: Readonly<Record<Meaning, Words>> = {
  end: { 'openai-chat': 'stop', 'openai-responses': 'completed', 'anthropic-messages': 'end_turn', gemini: 'STOP', 'openai-completions': 'stop' },
  'stop-sequence': { 'openai-chat': 'stop', 'openai-responses': 'completed', 'anthropic-messages': 'stop_sequence', gemini: 'STOP', 'openai-completions': 'stop' },
  tool: { 'openai-chat': 'tool_calls', 'openai-responses': 'completed', 'anthropic-messages': 'tool_use', gemini: 'STOP', 'openai-completions': 'tool_calls' },
  length: { 'openai-chat': 'length', 'openai-responses': 'max_output_tokens', 'anthropic-messages': 'max_tokens', gemini: 'MAX_TOKENS', 'openai-completions': 'length' },
  'context-full': { 'openai-chat': 'length', 'openai-responses': 'max_output_tokens', 'anthropic-messages': 'model_context_window_exceeded', gemini: 'MAX_TOKENS', 'openai-completions': 'length' },
  filter: { 'openai-chat': 'content_filter', 'openai-responses': 'content_filter', 'anthropic-messages': 'refusal', gemini: 'SAFETY', 'openai-completions': 'content_filter' },
  refusal: { 'openai-chat': 'content_filter', 'openai-responses': 'content_filter', 'anthropic-messages': 'refusal', gemini: 'SAFETY', 'openai-completions': 'content_filter' },
  pause: { 'openai-chat': 'stop', 'openai-responses': 'completed', 'anthropic-messages': 'pause_turn', gemini: 'STOP', 'openai-completions': 'stop' },
};

/** What each provider's words mean; null: the answer is none. */
const words: Readonly<Partial<Record<DialectName, Readonly<Record<string, Meaning | null>>>>> = {
  'openai-chat': { stop: 'end', length: 'length', tool_calls: 'tool', function_call: 'tool', content_filter: 'filter', error: null, unheard_of: 'end' },
  'anthropic-messages': {
    end_turn: 'end', stop_sequence: 'stop-sequence', tool_use: 'tool', max_tokens: 'length', model_context_window_exceeded: 'context-full', refusal: 'refusal', pause_turn: 'pause', compaction: 'pause', unheard_of: 'end',
  },
  'openai-responses': { completed: 'end', max_output_tokens: 'length', content_filter: 'filter', failed: null, cancelled: null },
  gemini: {
    STOP: 'end', MAX_TOKENS: 'length', SAFETY: 'filter', RECITATION: 'filter', BLOCKLIST: 'filter', PROHIBITED_CONTENT: 'filter', SPII: 'filter', LANGUAGE: 'filter', OTHER: 'filter', IMAGE_SAFETY: 'filter',
    MALFORMED_FUNCTION_CALL: null, MALFORMED_RESPONSE: null, UNEXPECTED_TOOL_CALL: null, UNHEARD_OF: 'end',
  },
  'bedrock-converse': {
    end_turn: 'end', stop_sequence: 'stop-sequence', tool_use: 'tool', max_tokens: 'length', model_context_window_exceeded: 'context-full', guardrail_intervened: 'filter', content_filtered: 'filter',
    malformed_model_output: null, malformed_tool_use: null,
  },
};

const bodies: Readonly<Partial<Record<DialectName, (word: string) => JsonObject>>> = {
  'openai-chat': (word) => ({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, finish_reason: word, message: { role: 'assistant', content: 'Hi' } }] }),
  'anthropic-messages': (word) => ({ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [{ type: 'text', text: 'Hi' }], stop_reason: word, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } }),
  'openai-responses': (word) => ({
    id: 'resp_1', object: 'response', created_at: 1, model: 'm', error: word === 'failed' ? { code: 'server_error', message: 'broke' } : null,
    status: ['completed', 'failed', 'cancelled'].includes(word) ? word : 'incomplete', incomplete_details: word.includes('_') ? { reason: word } : null,
    output: [{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hi', annotations: [] }] }],
  }),
  gemini: (word) => ({ candidates: [{ index: 0, content: { role: 'model', parts: [{ text: 'Hi' }] }, finishReason: word }], modelVersion: 'm', responseId: 'g' }),
  'bedrock-converse': (word) => ({ output: { message: { role: 'assistant', content: [{ text: 'Hi' }] } }, stopReason: word, usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } }),
};

/** The same answer as a stream. */
const streams: Readonly<Partial<Record<DialectName, (word: string) => string>>> = {
  'openai-chat': (word) => ['Hi', ''].map((content, at) => formatFrame(JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: at === 1 ? word : null }] }))).join('') + formatFrame('[DONE]'),
  'anthropic-messages': (word) => [
    { type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], usage: { input_tokens: 1, output_tokens: 1 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }, { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
    { type: 'content_block_stop', index: 0 }, { type: 'message_delta', delta: { stop_reason: word, stop_sequence: null }, usage: { output_tokens: 1 } }, { type: 'message_stop' },
  ].map((event) => formatFrame(JSON.stringify(event), event.type)).join(''),
  'openai-responses': (word) => {
    const response = bodies['openai-responses']?.(word) ?? {};
    const type = `response.${['completed', 'failed', 'cancelled'].includes(word) ? word : 'incomplete'}`;
    return formatFrame(JSON.stringify({ type, response }), type);
  },
  gemini: (word) => `data: ${JSON.stringify(bodies.gemini?.(word))}\r\n\r\n`,
  'bedrock-converse': (word) => Object.entries({
    messageStart: { role: 'assistant' }, contentBlockDelta: { contentBlockIndex: 0, delta: { text: 'Hi' } }, contentBlockStop: { contentBlockIndex: 0 },
    messageStop: { stopReason: word }, metadata: { usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } },
  }).map(([name, value]) => formatFrame(JSON.stringify(value), name)).join(''),
};

const wordIn: Readonly<Partial<Record<DialectName, RegExp>>> = {
  'openai-chat': /"finish_reason":"(\w+)"/g, 'openai-completions': /"finish_reason":"(\w+)"/g, 'anthropic-messages': /"stop_reason":"(\w+)"/g, gemini: /"finishReason":"(\w+)"/g,
  'openai-responses': /"incomplete_details":\{"reason":"(\w+)"|"object":"response","created_at":\d+,"status":"(completed)"/g,
};

function lastWord(client: DialectName, text: string): string | undefined {
  const found = [...text.matchAll(wordIn[client] ?? /$^/g)].at(-1);
  return found?.[1] ?? found?.[2];
}

for (const [name, meanings] of Object.entries(words)) {
  const from = name as DialectName;
  describe.each(Object.entries(meanings))(`${from}: %s`, (word, meaning) => {
    test.each(streamClients.filter((client) => client.name !== from).map((client) => [client.name, client] as const))('to %s', async (to, client) => {
      const heard = await relayed(client, from, [Buffer.from(streams[from]?.(word) ?? '')]);
      const events = dialectOf(from).readAnswer(bodies[from]?.(word) ?? {});
      if (meaning === null) {
        expect(heard.end.fault).not.toBeNull();
        expect(events.at(-1)?.type).toBe('error');
        return;
      }
      const dialect = dialectOf(to);
      const whole = dialect.writeAnswer(answerOf(events), contextFor(dialect, client.body(alias, true) as JsonObject));
      expect([lastWord(to, heard.text), lastWord(to, JSON.stringify(whole))]).toEqual([told[meaning][to], told[meaning][to]]);
      // Where the word is coarser than the provider's, chat clients find the provider's own beside it.
      if (to === 'openai-chat' && word !== told[meaning][to]) expect(heard.text).toContain(`"native_finish_reason":"${word}"`);
      expect(answerOf(readBytes(dialect, [Buffer.from(heard.text)])).choices).toHaveLength(1);
    });
  });
}
