// The vendors' own SDKs for Node through the real program: to recorded providers in all dialects, to the demo model, and to a real model.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { configOf } from '../../support/dialects.ts';
import { masterKey, startGateway, type GatewayProcess } from '../../support/gateway.ts';
import { playRecordings, recordedConfig, recordedWords } from '../../support/recorded-provider.ts';
import { ScriptedProvider } from '../../support/provider.ts';
import { slotsAtWork, startRealModel, type RealModel } from '../../support/real-model.ts';

// A busy machine may need a while for a real model's answer.
setDefaultTimeout(240_000);

const messages = [{ role: 'user' as const, content: 'Invent a holiday.' }];
const weather = {
  type: 'function' as const,
  function: { name: 'weather', description: 'The weather somewhere', parameters: { type: 'object', properties: { location: { type: 'string' } }, required: ['location'] } },
};
const weatherTool = { name: 'weather', description: 'The weather somewhere', input_schema: { type: 'object' as const, properties: { location: { type: 'string' } }, required: ['location'] } };

const clientsOf = (url: string, key = masterKey): { openai: OpenAI; anthropic: Anthropic } => ({
  openai: new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 }),
  anthropic: new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 }),
});

/** What a call threw. */
async function thrown(call: PromiseLike<unknown>): Promise<unknown> {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error('The call should have failed.');
}

async function textOfChat(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): Promise<string> {
  let text = '';
  for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
  return text;
}

describe('recorded providers', () => {
  let provider: ScriptedProvider;
  let gateway: GatewayProcess;
  let openai: OpenAI;
  let anthropic: Anthropic;

  beforeAll(async () => {
    provider = await ScriptedProvider.start();
    playRecordings(provider);
    gateway = await startGateway(recordedConfig(provider.url));
    ({ openai, anthropic } = clientsOf(gateway.url));
  });
  afterAll(async () => {
    await gateway.stop();
    await provider.stop();
  });

  const words: readonly [string, string][] = [['text', recordedWords.chat], ['claude', recordedWords.anthropic], ['gemini', recordedWords.gemini]];

  test.each(words)('openai chat from %s: plain, streamed, and with the helper', async (model, word) => {
    const plain = await openai.chat.completions.create({ model, messages });
    expect(plain.model).toBe(model);
    expect(plain.choices[0]?.message.content).toContain(word);
    expect(plain.choices[0]?.finish_reason).toBe('stop');
    expect(plain.usage?.total_tokens).toBeGreaterThan(0);
    const streamed = await textOfChat(await openai.chat.completions.create({ model, messages, stream: true }));
    expect(streamed.length).toBeGreaterThan(5);
    const helper = openai.chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
    const final = await helper.finalChatCompletion();
    expect(final.choices[0]?.message.content).toBe(streamed);
    expect(final.usage?.completion_tokens).toBeGreaterThan(0);
  });

  test('openai chat: the usage chunk comes when it is asked for, and only then', async () => {
    for (const asked of [true, false]) {
      const usages: unknown[] = [];
      for await (const chunk of await openai.chat.completions.create({ model: 'text', messages, stream: true, ...(asked && { stream_options: { include_usage: true } }) })) if (chunk.usage) usages.push(chunk.usage);
      expect(usages).toHaveLength(asked ? 1 : 0);
      expect(provider.callsOf('text').at(-1)?.json['stream_options']).toEqual({ include_usage: true });
    }
  });

  test('openai chat: tools, plain and streamed', async () => {
    const plain = await openai.chat.completions.create({ model: 'tools', messages, tools: [weather] });
    const [call] = plain.choices[0]?.message.tool_calls ?? [];
    expect(call?.type === 'function' && call.function.name).toBe('weather');
    const final = await openai.chat.completions.stream({ model: 'tools', messages, tools: [weather] }).finalChatCompletion();
    const [streamed] = final.choices[0]?.message.tool_calls ?? [];
    expect(streamed?.type === 'function' && JSON.parse(streamed.function.arguments)).toEqual({ location: 'San Francisco' });
    expect(final.choices[0]?.finish_reason).toBe('tool_calls');
  });

  test.each([['text', recordedWords.chat], ['claude', recordedWords.anthropic], ['gemini', recordedWords.gemini]])('openai responses from %s: plain and streamed', async (model, word) => {
    const plain = await openai.responses.create({ model, input: 'hi' });
    expect([plain.status, plain.output_text.includes(word)]).toEqual(['completed', true]);
    const stream = openai.responses.stream({ model, input: 'hi' });
    const types: string[] = [];
    stream.on('event', (event) => types.push(event.type));
    const final = await stream.finalResponse();
    expect(final.output_text.length).toBeGreaterThan(5);
    expect(final.usage?.output_tokens).toBeGreaterThan(0);
    expect([types[0], types.at(-1)]).toEqual(['response.created', 'response.completed']);
  });

  test('openai responses from a Responses provider, with reasoning and calls', async () => {
    const plain = await openai.responses.create({ model: 'responses', input: 'hi' });
    expect(plain.output.length).toBeGreaterThan(0);
    const final = await openai.responses.stream({ model: 'responses', input: 'hi' }).finalResponse();
    expect(final.output.some((item) => item.type === 'function_call')).toBe(true);
  });

  test('openai embeddings, as base64 (the SDK’s choice) and as floats', async () => {
    for (const encoding_format of [undefined, 'float'] as const) {
      const { data } = await openai.embeddings.create({ model: 'embed', input: ['a', 'b'], ...(encoding_format && { encoding_format }) });
      expect(data.map((entry) => entry.embedding)).toEqual([[0.25, -0.5, 1], [0.25, -0.5, 1]]);
    }
  });

  test('openai models', async () => {
    const ids = (await openai.models.list()).data.map((model) => model.id);
    expect(ids).toContain('text');
    expect((await openai.models.retrieve('text')).id).toBe('text');
  });

  test.each(words)('anthropic messages from %s: plain, streamed, and with the helper', async (model, word) => {
    const plain = await anthropic.messages.create({ model, max_tokens: 100, messages });
    expect([plain.model, plain.type, plain.stop_reason]).toEqual([model, 'message', 'end_turn']);
    expect(plain.content.map((block) => (block.type === 'text' ? block.text : '')).join('')).toContain(word);
    expect(plain.usage.output_tokens).toBeGreaterThan(0);
    const types: string[] = [];
    for await (const event of await anthropic.messages.create({ model, max_tokens: 100, messages, stream: true })) types.push(event.type);
    expect([types[0], types.at(-2), types.at(-1)]).toEqual(['message_start', 'message_delta', 'message_stop']);
    const final = await anthropic.messages.stream({ model, max_tokens: 100, messages }).finalMessage();
    expect(final.stop_reason).toBe('end_turn');
    expect(final.usage.output_tokens).toBeGreaterThan(0);
  });

  test('anthropic messages: tools, plain and streamed', async () => {
    const plain = await anthropic.messages.create({ model: 'tools', max_tokens: 100, messages, tools: [weatherTool] });
    expect(plain.stop_reason).toBe('tool_use');
    expect(plain.content.find((block) => block.type === 'tool_use')?.name).toBe('weather');
    const final = await anthropic.messages.stream({ model: 'tools', max_tokens: 100, messages, tools: [weatherTool] }).finalMessage();
    expect(final.content.find((block) => block.type === 'tool_use')?.input).toEqual({ location: 'San Francisco' });
  });

  test('anthropic tool results go back to a chat provider', async () => {
    const calls = provider.callsOf('text').length;
    await anthropic.messages.create({
      model: 'text', max_tokens: 100, tools: [weatherTool],
      messages: [...messages, { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: { location: 'Rome' } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'sunny' }, { type: 'text', text: 'And now?' }] }],
    });
    const sent = provider.callsOf('text')[calls]?.json['messages'];
    expect(sent).toMatchObject([{ role: 'user' }, { role: 'assistant', tool_calls: [{ id: 'toolu_1', function: { name: 'weather', arguments: '{"location":"Rome"}' } }] }, { role: 'tool', tool_call_id: 'toolu_1', content: 'sunny' }, { role: 'user' }]);
  });

  test('anthropic count_tokens, and betas', async () => {
    expect((await anthropic.messages.countTokens({ model: 'claude', messages })).input_tokens).toBeGreaterThan(0);
    const beta = await anthropic.beta.messages.create({ model: 'claude', max_tokens: 10, messages, betas: ['context-management-2025-06-27'] });
    expect(beta.content.length).toBeGreaterThan(0);
    expect(provider.callsOf('claude').at(-1)?.headers['anthropic-beta']).toContain('context-management-2025-06-27');
  });

  test('every failure is the SDK’s own class', async () => {
    const openaiErrors = [[400, OpenAI.BadRequestError], [401, OpenAI.AuthenticationError], [403, OpenAI.PermissionDeniedError], [404, OpenAI.NotFoundError], [429, OpenAI.RateLimitError], [500, OpenAI.InternalServerError], [503, OpenAI.InternalServerError]] as const;
    const anthropicErrors = [[400, Anthropic.BadRequestError], [401, Anthropic.AuthenticationError], [403, Anthropic.PermissionDeniedError], [404, Anthropic.NotFoundError], [429, Anthropic.RateLimitError], [500, Anthropic.InternalServerError], [503, Anthropic.InternalServerError]] as const;
    for (const stream of [false, true]) {
      for (const [status, kind] of openaiErrors) {
        const error = await thrown(openai.chat.completions.create({ model: `err-${status}`, messages, stream }));
        expect(error).toBeInstanceOf(kind);
        expect(String(error)).toContain(`The provider said ${status}`);
        expect(await thrown(openai.responses.create({ model: `err-${status}`, input: 'hi', stream }))).toBeInstanceOf(kind);
      }
      for (const [status, kind] of anthropicErrors) {
        const error = await thrown(anthropic.messages.create({ model: `err-${status}`, max_tokens: 5, messages, stream }));
        expect(error).toBeInstanceOf(kind);
        expect(String(error)).toContain(`The provider said ${status}`);
      }
    }
  });

  test('a wrong key and an unknown model', async () => {
    const wrong = clientsOf(gateway.url, 'sk-wrong');
    expect(await thrown(wrong.openai.chat.completions.create({ model: 'text', messages }))).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(await thrown(wrong.anthropic.messages.create({ model: 'text', max_tokens: 5, messages }))).toBeInstanceOf(Anthropic.AuthenticationError);
    expect(await thrown(openai.chat.completions.create({ model: 'nope', messages }))).toBeInstanceOf(OpenAI.BadRequestError);
    expect(await thrown(anthropic.messages.create({ model: 'nope', max_tokens: 5, messages }))).toBeInstanceOf(Anthropic.BadRequestError);
  });

  test('a stream that breaks is a failure in every SDK', async () => {
    expect(await thrown(openai.chat.completions.create({ model: 'cut', messages, stream: true }).then(textOfChat))).toBeInstanceOf(OpenAI.APIError);
    const failed = await openai.responses.stream({ model: 'cut', input: 'hi' }).finalResponse();
    expect([failed.status, failed.error?.message]).toEqual(['failed', expect.stringContaining('broke')]);
    expect(await thrown(anthropic.messages.stream({ model: 'cut', max_tokens: 5, messages }).finalMessage())).toBeInstanceOf(Anthropic.APIError);
  });

  test('an aborted stream ends the provider’s', async () => {
    const stream = await openai.chat.completions.create({ model: 'slow', messages, stream: true });
    await stream[Symbol.asyncIterator]().next();
    stream.controller.abort();
    const call = provider.callsOf('slow').at(-1);
    expect(await Promise.race([call?.closed, Bun.sleep(1_000).then(() => 'still open')])).not.toBe('still open');
  });
});

/** What must work with any model behind the gateway. `words` says whether the answer's words can be foreseen. */
function anyModel(state: () => { openai: OpenAI; anthropic: Anthropic }, model: string): void {
  const short = { model, max_tokens: 40, temperature: 0, messages: [{ role: 'system' as const, content: 'You are brief.' }, { role: 'user' as const, content: 'Say hello.' }] };

  test('openai chat, plain and streamed', async () => {
    const { openai } = state();
    const plain = await openai.chat.completions.create(short);
    expect(plain.choices[0]?.message.content?.length).toBeGreaterThan(0);
    expect(plain.usage?.completion_tokens).toBeGreaterThan(0);
    const helper = openai.chat.completions.stream({ ...short, stream_options: { include_usage: true } });
    let chunks = 0;
    helper.on('chunk', () => {
      chunks++;
    });
    const final = await helper.finalChatCompletion();
    expect(final.choices[0]?.message.content?.length).toBeGreaterThan(0);
    expect(final.usage?.completion_tokens).toBeGreaterThan(0);
    expect(chunks).toBeGreaterThan(3);
  });

  test('openai responses, plain and streamed', async () => {
    const { openai } = state();
    const request = { model, max_output_tokens: 40, temperature: 0, instructions: 'You are brief.', input: 'Say hello.' };
    expect((await openai.responses.create(request)).output_text.length).toBeGreaterThan(0);
    expect((await openai.responses.stream(request).finalResponse()).output_text.length).toBeGreaterThan(0);
  });

  test('anthropic messages, plain and streamed', async () => {
    const { anthropic } = state();
    const request = { model, max_tokens: 40, temperature: 0, system: 'You are brief.', messages: [{ role: 'user' as const, content: 'Say hello.' }] };
    const plain = await anthropic.messages.create(request);
    expect(plain.content[0]?.type === 'text' && plain.content[0].text.length).toBeGreaterThan(0);
    const final = await anthropic.messages.stream(request).finalMessage();
    expect(final.content[0]?.type === 'text' && final.content[0].text.length).toBeGreaterThan(0);
    expect(final.usage.output_tokens).toBeGreaterThan(0);
  });
}

describe('the demo model', () => {
  let gateway: GatewayProcess;
  const state = (): ReturnType<typeof clientsOf> => clientsOf(gateway.url);

  beforeAll(async () => {
    gateway = await startGateway(JSON.stringify({ model_list: [{ model_name: 'deepseek', litellm_params: { model: 'demo/weir-demo' } }] }));
  });
  afterAll(() => gateway.stop());

  anyModel(state, 'deepseek');

  test('it says that it is one, and calls a tool', async () => {
    const { openai, anthropic } = state();
    const plain = await openai.chat.completions.create({ model: 'deepseek', messages });
    expect(plain.choices[0]?.message.content).toContain('demo model');
    const called = await anthropic.messages.create({ model: 'deepseek', max_tokens: 100, messages, tools: [weatherTool] });
    expect([called.stop_reason, called.content.some((block) => block.type === 'tool_use')]).toEqual(['tool_use', true]);
  });
});

const real: RealModel | null = await startRealModel();

describe.skipIf(real === null)('a real model', () => {
  let gateway: GatewayProcess;
  const state = (): ReturnType<typeof clientsOf> => clientsOf(gateway.url);

  beforeAll(async () => {
    // llama.cpp's own Responses stream lacks members that the SDK wants (`output_index`): Weir makes one out of its chat.
    gateway = await startGateway(configOf([{ name: 'local', model: 'openai/smollm2-135m', base: real?.url ?? '', extra: { use_chat_completions_api: true } }]));
  });
  afterAll(async () => {
    await gateway.stop();
    await real?.stop();
  });

  anyModel(state, 'local');

  test('its answer depends on the question', async () => {
    const { openai } = state();
    const ask = async (content: string): Promise<string> => {
      const answer = await openai.chat.completions.create({ model: 'local', temperature: 0, max_tokens: 30, messages: [{ role: 'system', content: 'You answer questions.' }, { role: 'user', content }] });
      return answer.choices[0]?.message.content ?? '';
    };
    expect(await ask('What is the capital of France?')).toContain('Paris');
  });

  test('a prompt that is too long for it is told as such', async () => {
    const { openai } = state();
    const error = await thrown(openai.chat.completions.create({ model: 'local', messages: [{ role: 'user', content: 'word '.repeat(30_000) }] }));
    expect(error).toBeInstanceOf(OpenAI.BadRequestError);
    expect(String(error)).toContain('ContextWindowExceededError');
  });

  test('a stream that is left frees it for the next caller', async () => {
    const { openai } = state();
    // Without an end of its own the answer would fill the context, 4096 tokens.
    const endless = { model: 'local', messages: [{ role: 'user' as const, content: 'Count to one thousand.' }], ignore_eos: true };
    for (let round = 0; round < 4; round++) {
      const stream = await openai.chat.completions.create({ ...endless, stream: true });
      await stream[Symbol.asyncIterator]().next();
      stream.controller.abort();
    }
    const tokens: number[] = [];
    for (let working = await slotsAtWork(real?.url ?? ''); working.length > 0; working = await slotsAtWork(real?.url ?? '')) {
      tokens.push(...working);
      expect(Math.max(...tokens)).toBeLessThan(2_000);
      await Bun.sleep(50);
    }
    const answer = await openai.chat.completions.create({ model: 'local', max_tokens: 5, messages });
    expect(answer.choices).toHaveLength(1);
  });
});
