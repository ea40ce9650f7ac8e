// What an answer says reaches every client or is named as left out, in streams as in whole answers. Each row is one thing that gateways
// lose; the client's own reader tells whether it arrived.
import { describe, expect, test } from 'bun:test';
import { AnswerLosses } from '../../../src/dialects/answer-losses.ts';
import { alias, relayed, streamClients } from '../../support/relayed.ts';
import { answerOf, contextFor, readBytes, writeEvents } from './recorded.ts';
import { dialectOf } from '../../../src/dialects/registry.ts';
import { configOf } from '../../support/dialects.ts';
import { json, ScriptedProvider, stream } from '../../support/provider.ts';
import { localGateway } from '../../support/gateway.ts';
import type { CanonicalAnswer } from '../../../src/canonical/answer.ts';
import type { DialectName } from '../../../src/canonical/dialect-name.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

interface Row {
  from: DialectName;
  body: JsonObject;
  /** What the client must find: in its bytes, or in what its own reader makes of them. */
  kept: RegExp | ((answer: CanonicalAnswer, text: string) => boolean);
  /** The clients whose dialect has no place for it, and the name that they are told; `kept` is not asked of them. */
  dropped?: Readonly<Partial<Record<DialectName, string>>>;
}

const chat = (choice: JsonObject, more: JsonObject = {}): JsonObject => ({ id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'Hi', ...choice } }], ...more });
const responses = (output: JsonObject[], more: JsonObject = {}): JsonObject => ({ id: 'resp_1', object: 'response', created_at: 1, model: 'm', status: 'completed', error: null, incomplete_details: null, output, usage: { input_tokens: 5, output_tokens: 6, total_tokens: 11 }, ...more });
const message = (part: JsonObject): JsonObject => ({ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [{ type: 'output_text', text: 'Hi', annotations: [], ...part }] });
const anthropic = (content: JsonObject[], more: JsonObject = {}): JsonObject => ({ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content, stop_reason: 'end_turn', stop_sequence: null, usage: { input_tokens: 5, output_tokens: 6 }, ...more });
const gemini = (parts: JsonObject[], candidate: JsonObject = {}, more: JsonObject = {}): JsonObject => ({ candidates: [{ index: 0, content: { role: 'model', parts }, finishReason: 'STOP', ...candidate }], usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 6, totalTokenCount: 11 }, modelVersion: 'm', responseId: 'g', ...more });
const converse = (content: JsonObject[], more: JsonObject = {}): JsonObject => ({ output: { message: { role: 'assistant', content } }, stopReason: 'end_turn', usage: { inputTokens: 5, outputTokens: 6, totalTokens: 11 }, ...more });

const text = { type: 'text', text: 'Hi' };
const page = 'https://page.example/a';
const noCitations = { 'openai-completions': 'answer.citations' } as const;
const noThoughts = { 'openai-completions': 'answer.thinking' } as const;
const signed = (signature: string) => (answer: CanonicalAnswer, written: string): boolean => written.includes(`weir_signature:${signature}`) || answer.choices[0]?.blocks.some((block) => block.signature === signature) === true;
const encrypted = (value: string) => (answer: CanonicalAnswer, written: string): boolean => answer.choices[0]?.blocks.some((block) => block.encrypted === value || JSON.stringify(block.start).includes(value)) === true || written.includes(value);
const redacted = (data: string) => (answer: CanonicalAnswer, written: string): boolean => written.includes(data) || answer.choices[0]?.blocks.some((block) => block.start.kind === 'redacted-thinking' && block.start.data === data) === true
  || Buffer.from(/"thoughtSignature":"([^"]+)"/.exec(written)?.[1] ?? '', 'base64').toString().includes(data);
const usage = (name: keyof NonNullable<CanonicalAnswer['usage']>, value: unknown) => (answer: CanonicalAnswer): boolean => answer.usage?.[name] === value;
const second = (answer: CanonicalAnswer): boolean => answer.choices[1]?.blocks[0]?.text === 'SECOND';
const likely = { content: [{ token: 'Hi', logprob: -0.125, bytes: [72, 105], top_logprobs: [{ token: 'Ho', logprob: -2, bytes: null }] }], refusal: null };
const chatUsage = (details: JsonObject): JsonObject => chat({}, { usage: { prompt_tokens: 50, completion_tokens: 60, total_tokens: 110, ...details } });

const rows: Readonly<Record<string, Row>> = {
  'a page that chat cites': { from: 'openai-chat', body: chat({ annotations: [{ type: 'url_citation', url_citation: { url: page, title: 'A', start_index: 0, end_index: 2 } }] }), kept: /page\.example\/a/, dropped: noCitations },
  'a page that Responses cites': { from: 'openai-responses', body: responses([message({ annotations: [{ type: 'url_citation', url: page, title: 'A', start_index: 0, end_index: 2 }] })]), kept: /page\.example\/a/, dropped: noCitations },
  'a file that Responses cites': {
    from: 'openai-responses', body: responses([message({ annotations: [{ type: 'file_citation', file_id: 'file_1', filename: 'a.pdf', index: 0 }] })]), kept: /file_1/,
    dropped: { 'openai-chat': 'answer.citations', 'anthropic-messages': 'answer.citations', gemini: 'answer.citations', ...noCitations },
  },
  'a page that Anthropic cites': { from: 'anthropic-messages', body: anthropic([{ ...text, citations: [{ type: 'web_search_result_location', url: page, title: 'A', cited_text: 'quoted', encrypted_index: 'E' }] }]), kept: /page\.example\/a/, dropped: noCitations },
  'a document that Anthropic cites': {
    from: 'anthropic-messages', body: anthropic([{ ...text, citations: [{ type: 'char_location', cited_text: 'quoted', document_index: 0, document_title: 'TITLE', start_char_index: 0, end_char_index: 6 }] }]), kept: /TITLE/,
    dropped: { 'openai-responses': 'answer.citations', gemini: 'answer.citations', ...noCitations },
  },
  'a page that Google grounds on': {
    from: 'gemini', body: gemini([{ text: 'Hi' }], { groundingMetadata: { groundingChunks: [{ web: { uri: page, title: 'A' } }], groundingSupports: [{ segment: { startIndex: 0, endIndex: 2, text: 'Hi' }, groundingChunkIndices: [0] }] } }),
    kept: /page\.example\/a/, dropped: noCitations,
  },
  'a page that Google cites': { from: 'gemini', body: gemini([{ text: 'Hi' }], { citationMetadata: { citationSources: [{ startIndex: 0, endIndex: 2, uri: page }] } }), kept: /page\.example\/a/, dropped: noCitations },
  'a page that Converse cites': { from: 'bedrock-converse', body: converse([{ citationsContent: { content: [{ text: 'Hi' }], citations: [{ title: 'A', sourceContent: [{ text: 'quoted' }], location: { web: { url: page } } }] } }]), kept: /page\.example\/a/, dropped: noCitations },
  'a second choice': {
    from: 'openai-chat', body: chat({}, { choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'FIRST' } }, { index: 1, finish_reason: 'length', message: { role: 'assistant', content: 'SECOND' } }] }), kept: second,
    dropped: { 'openai-responses': 'answer.choices[1]', 'anthropic-messages': 'answer.choices[1]' },
  },
  'a second candidate': {
    from: 'gemini', body: gemini([], {}, { candidates: ['FIRST', 'SECOND'].map((word, index) => ({ index, content: { role: 'model', parts: [{ text: word }] }, finishReason: 'STOP' })) }), kept: second,
    dropped: { 'openai-responses': 'answer.choices[1]', 'anthropic-messages': 'answer.choices[1]' },
  },
  'log probabilities of chat': { from: 'openai-chat', body: chat({}, { choices: [{ index: 0, finish_reason: 'stop', logprobs: likely, message: { role: 'assistant', content: 'Hi' } }] }), kept: /-0\.125[^]*-2/, dropped: { 'anthropic-messages': 'answer.logprobs' } },
  'log probabilities of Responses': { from: 'openai-responses', body: responses([message({ logprobs: likely.content })]), kept: /-0\.125[^]*-2/, dropped: { 'anthropic-messages': 'answer.logprobs' } },
  'log probabilities of Google': { from: 'gemini', body: gemini([{ text: 'Hi' }], { logprobsResult: { chosenCandidates: [{ token: 'Hi', logProbability: -0.125 }], topCandidates: [{ candidates: [{ token: 'Ho', logProbability: -2 }] }] } }), kept: /-0\.125[^]*-2/, dropped: { 'anthropic-messages': 'answer.logprobs' } },
  'log probabilities of Completions': { from: 'openai-completions', body: { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm', choices: [{ index: 0, text: 'Hi', finish_reason: 'stop', logprobs: { tokens: ['Hi'], token_logprobs: [-0.125], top_logprobs: [{ Ho: -2 }], text_offset: [0] } }] }, kept: /-0\.125[^]*-2/, dropped: { 'anthropic-messages': 'answer.logprobs' } },
  'a refusal of chat': { from: 'openai-chat', body: chat({ content: null, refusal: 'I WILL NOT' }), kept: /I WILL NOT/ },
  'a refusal of Responses': { from: 'openai-responses', body: responses([{ type: 'message', id: 'msg_1', role: 'assistant', status: 'completed', content: [{ type: 'refusal', refusal: 'I WILL NOT' }] }]), kept: /I WILL NOT/ },
  'why Anthropic refused': {
    from: 'anthropic-messages', body: anthropic([text], { stop_reason: 'refusal', stop_details: { type: 'refusal', category: 'CYBER' } }), kept: /CYBER/,
    dropped: { 'openai-responses': 'answer.stop_details', gemini: 'answer.stop_details', 'openai-completions': 'answer.stop_details' },
  },
  'the stop sequence that came': {
    from: 'anthropic-messages', body: anthropic([text], { stop_reason: 'stop_sequence', stop_sequence: 'HALT' }), kept: /HALT/,
    dropped: { 'openai-responses': 'answer.stop_sequence', gemini: 'answer.stop_sequence', 'openai-completions': 'answer.stop_sequence' },
  },
  'a signed thought of Anthropic': { from: 'anthropic-messages', body: anthropic([{ type: 'thinking', thinking: 'HM', signature: 'U2lnbmVk' }, text]), kept: signed('U2lnbmVk'), dropped: noThoughts },
  'a signed thought of Converse': { from: 'bedrock-converse', body: converse([{ reasoningContent: { reasoningText: { text: 'HM', signature: 'U2lnbmVk' } } }, { text: 'Hi' }]), kept: signed('U2lnbmVk'), dropped: noThoughts },
  'a redacted thought of Anthropic': { from: 'anthropic-messages', body: anthropic([{ type: 'redacted_thinking', data: 'UmVkYWN0ZWQ=' }, text]), kept: redacted('UmVkYWN0ZWQ='), dropped: noThoughts },
  'a redacted thought of Converse': { from: 'bedrock-converse', body: converse([{ reasoningContent: { redactedContent: 'UmVkYWN0ZWQ=' } }, { text: 'Hi' }]), kept: redacted('UmVkYWN0ZWQ='), dropped: noThoughts },
  'encrypted reasoning of Responses': { from: 'openai-responses', body: responses([{ type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'HM' }], encrypted_content: 'RW5jcnlwdGVk' }, message({})]), kept: encrypted('RW5jcnlwdGVk'), dropped: noThoughts },
  'encrypted reasoning without a summary': { from: 'openai-responses', body: responses([{ type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'RW5jcnlwdGVk' }, message({})]), kept: encrypted('RW5jcnlwdGVk'), dropped: noThoughts },
  'reasoning of a chat model': { from: 'openai-chat', body: chat({ reasoning_content: 'HM' }), kept: /HM/, dropped: noThoughts },
  'Google’s signature of a call': { from: 'gemini', body: gemini([{ functionCall: { name: 'look', args: { at: 'ROME' } }, thoughtSignature: 'U2lnbmVk' }]), kept: signed('U2lnbmVk'), dropped: { 'openai-completions': 'answer.tool_calls' } },
  'a picture of Google': { from: 'gemini', body: gemini([{ text: 'Hi' }, { inlineData: { mimeType: 'image/png', data: 'iVBORw0KGgo=' } }]), kept: /iVBORw0KGgo=/, dropped: { 'anthropic-messages': 'answer.image', 'openai-completions': 'answer.image' } },
  'the words of a sound': { from: 'openai-chat', body: chat({ content: null, audio: { id: 'audio_1', data: 'U09VTkQ=', transcript: 'SPOKEN', expires_at: 1 } }), kept: /SPOKEN/, dropped: { 'openai-completions': 'answer.audio' } },
  'a sound': {
    from: 'openai-chat', body: chat({ content: null, audio: { id: 'audio_1', data: 'U09VTkQ=', transcript: 'SPOKEN', expires_at: 1 } }), kept: /U09VTkQ=/,
    dropped: { 'openai-responses': 'answer.audio', 'anthropic-messages': 'answer.audio', gemini: 'answer.audio', 'openai-completions': 'answer.audio' },
  },
  'a search that OpenAI made': {
    from: 'openai-responses', body: responses([{ type: 'web_search_call', id: 'ws_1', status: 'completed', action: { type: 'search', query: 'SOUGHT' } }, message({})]), kept: /SOUGHT/,
    dropped: { 'openai-chat': 'answer.web_search_call', 'anthropic-messages': 'answer.web_search_call', gemini: 'answer.web_search_call', 'openai-completions': 'answer.web_search_call' },
  },
  'a search that Anthropic made': {
    from: 'anthropic-messages', body: anthropic([{ type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: { query: 'SOUGHT' } }, text]), kept: /SOUGHT/,
    dropped: { 'openai-chat': 'answer.server_tool_use', gemini: 'answer.server_tool_use', 'openai-completions': 'answer.server_tool_use' },
  },
  'tokens read from the cache': { from: 'openai-chat', body: chatUsage({ prompt_tokens_details: { cached_tokens: 31 } }), kept: usage('cacheReadTokens', 31) },
  'tokens of reasoning': { from: 'openai-chat', body: chatUsage({ completion_tokens_details: { reasoning_tokens: 31 } }), kept: usage('reasoningTokens', 31) },
  'tokens of sound, in': { from: 'openai-chat', body: chatUsage({ prompt_tokens_details: { audio_tokens: 31 } }), kept: usage('inputAudioTokens', 31), dropped: { 'anthropic-messages': 'answer.usage.audio_tokens' } },
  'tokens of sound, out': { from: 'openai-chat', body: chatUsage({ completion_tokens_details: { audio_tokens: 31 } }), kept: usage('outputAudioTokens', 31), dropped: { 'anthropic-messages': 'answer.usage.audio_tokens' } },
  'tokens of a prediction': {
    from: 'openai-chat', body: chatUsage({ completion_tokens_details: { accepted_prediction_tokens: 31, rejected_prediction_tokens: 7 } }), kept: usage('acceptedPredictionTokens', 31),
    dropped: { 'openai-responses': 'answer.usage.prediction_tokens', 'anthropic-messages': 'answer.usage.prediction_tokens', gemini: 'answer.usage.prediction_tokens' },
  },
  'tokens written to the cache': {
    from: 'anthropic-messages', body: anthropic([text], { usage: { input_tokens: 5, output_tokens: 6, cache_creation_input_tokens: 31 } }), kept: usage('cacheWriteTokens', 31), dropped: { gemini: 'answer.usage.cache_write_tokens' },
  },
  'tokens written for an hour': {
    from: 'anthropic-messages', body: anthropic([text], { usage: { input_tokens: 5, output_tokens: 6, cache_creation_input_tokens: 40, cache_creation: { ephemeral_5m_input_tokens: 9, ephemeral_1h_input_tokens: 31 } } }), kept: usage('cacheWrite1hTokens', 31),
    dropped: { 'openai-responses': 'answer.usage.cache_write_1h_tokens', gemini: 'answer.usage.cache_write_tokens' },
  },
  'tokens written for an hour at Amazon': {
    from: 'bedrock-converse', body: converse([{ text: 'Hi' }], { usage: { inputTokens: 5, outputTokens: 6, totalTokens: 51, cacheWriteInputTokens: 40, cacheDetails: [{ ttl: '1h', inputTokens: 31 }, { ttl: '5m', inputTokens: 9 }] } }), kept: usage('cacheWrite1hTokens', 31),
    dropped: { 'openai-responses': 'answer.usage.cache_write_1h_tokens', gemini: 'answer.usage.cache_write_tokens' },
  },
  'thoughts of Google': { from: 'gemini', body: gemini([{ text: 'Hi' }], {}, { usageMetadata: { promptTokenCount: 50, candidatesTokenCount: 6, thoughtsTokenCount: 31, cachedContentTokenCount: 7, totalTokenCount: 87 } }), kept: (answer) => answer.usage?.reasoningTokens === 31 && answer.usage.outputTokens === 37 && answer.usage.cacheReadTokens === 7 },
  'the tier of OpenAI': {
    from: 'openai-chat', body: { ...chatUsage({}), service_tier: 'flex' }, kept: usage('serviceTier', 'flex'),
    dropped: { 'anthropic-messages': 'answer.service_tier', gemini: 'answer.service_tier', 'openai-completions': 'answer.service_tier' },
  },
  'the tier of Anthropic': {
    from: 'anthropic-messages', body: anthropic([text], { usage: { input_tokens: 5, output_tokens: 6, service_tier: 'priority' } }), kept: usage('serviceTier', 'priority'),
    dropped: { gemini: 'answer.service_tier', 'openai-completions': 'answer.service_tier' },
  },
};

for (const [name, { from, body, kept, dropped = {} }] of Object.entries(rows)) {
  const source = dialectOf(from);
  const others = streamClients.filter((client) => client.name !== from);

  describe(name, () => {
    test.each(others.map((client) => [client.name, client] as const))('to %s', async (_to, client) => {
      const dialect = dialectOf(client.name);
      const sourceContext = contextFor(dialectOf('openai-chat'), { messages: [{ role: 'user', content: 'hi' }], stream_options: { include_usage: true } });
      const frames = writeEvents(source, sourceContext, source.readAnswer(body));
      const heard = await relayed(client, from, [Buffer.from(frames)], 'end', true);
      const lost: string[] = [];
      const losses = new AnswerLosses(client.name, lost);
      for (const event of source.readAnswer(body)) losses.note(event);
      const context = contextFor(dialect, client.body(alias, true) as JsonObject);
      const whole = dialect.writeAnswer(answerOf(source.readAnswer(body)), context);
      const ways = [
        { way: 'stream', written: heard.text, names: heard.dropped, answer: answerOf(readBytes(dialect, [Buffer.from(heard.text)])) },
        { way: 'whole', written: JSON.stringify(whole), names: lost, answer: answerOf(dialect.readAnswer(whole)) },
      ];
      for (const { way, written, names, answer } of ways) {
        const expected = dropped[client.name];
        const arrived = kept instanceof RegExp ? kept.test(written) : kept(answer, written);
        expect({ way, arrived, named: expected !== undefined && names.includes(expected) }, `${written}\n${names.join()}`).toEqual({ way, arrived: expected === undefined, named: expected !== undefined });
      }
    });
  });
}

describe('over the line', () => {
  test('what was left out stands in the header and the log line of a whole answer, and in the log line of a stream', async () => {
    const provider = await ScriptedProvider.start();
    const local = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }]));
    const chunk = (choice: JsonObject): string => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, finish_reason: null, delta: {}, ...choice }] })}\n\n`;
    provider.on('m', (line, call) => (call.json['stream'] === true
      ? stream([chunk({ delta: { role: 'assistant', content: 'Hi' } }), chunk({ logprobs: likely }), chunk({ finish_reason: 'stop' }), 'data: [DONE]\n\n'])(line, call)
      : json(chat({}, { choices: [{ index: 0, finish_reason: 'stop', logprobs: likely, message: { role: 'assistant', content: 'Hi' } }] }))(line, call)));
    const body = { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] };
    const whole = await local.post('/v1/messages', body);
    expect(whole.headers.get('x-weir-dropped')).toBe('answer.logprobs');
    expect(local.records.at(-1)?.dropped).toEqual(['answer.logprobs']);
    const streamed = await local.post('/v1/messages', { ...body, stream: true });
    expect(await streamed.text()).toContain('message_stop');
    expect(local.records).toHaveLength(2);
    expect(local.records.at(-1)?.dropped).toEqual(['answer.logprobs']);
    await provider.stop();
  });
});
