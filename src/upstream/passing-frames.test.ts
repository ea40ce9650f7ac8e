import { expect, test } from 'bun:test';
import { JsonBody } from '../lib/json-body.ts';
import { PassingFrames } from './passing-frames.ts';
import type { Call } from './call.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { DialectName } from '../canonical/dialect-name.ts';

const deployment = { provider: { errorName: 'OpenAIException' }, secrets: [] } as unknown as Deployment;
function handler(inbound: DialectName, includeUsage = false): PassingFrames {
  const body = JsonBody.read(Buffer.from('{}'));
  if (!body) throw new Error('no body');
  return new PassingFrames({ inbound, model: '别名 "x"', includeUsage, body } as Call, deployment);
}
const pass = (frames: PassingFrames, text: string): string | undefined => frames.frame(Buffer.from(text)).out?.toString();
const chunk = (members: string): string => `data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"provider/model",${members}}\n\n`;
const alias = (text: string): string => text.replace('"provider/model"', JSON.stringify('别名 "x"'));

test('chunks keep every byte but the name of the model', () => {
  const frames = handler('openai-chat');
  const texts = [
    chunk('"choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}],"odd":1.0'),
    chunk('"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":null}],"usage":null'),
    chunk('"choices":[{"index":0,"delta":{"content":"the word \\"usage\\":{ and \\"error\\" in text"},"finish_reason":null}]'),
    chunk('"choices":[{"index":0,"delta":{"content":"b"},"finish_reason":null}]'),
    chunk('"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]'),
  ];
  for (const text of texts) expect(pass(frames, text)).toBe(alias(text));
  expect(frames.meter).toMatchObject({ contentSeen: true, finishReason: 'stop', terminal: false, usage: null });
  expect(pass(frames, 'data: [DONE]\n\n')).toBe('data: [DONE]\n\n');
  expect(frames.finish().fault).toBeNull();
});

test('a frame whose head differs is searched anew', () => {
  const frames = handler('openai-chat');
  pass(frames, chunk('"choices":[{"index":0,"delta":{"content":"a"}}]'));
  const other = 'data: {"choices":[{"index":0,"delta":{"content":"b","model":"not this"}}],"model":"provider/model","id":"c1"}\n\n';
  expect(pass(frames, other)).toBe(alias(other));
});

test('usage is read, and passed only to those who asked', () => {
  const usage = chunk('"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}');
  const silent = handler('openai-chat');
  expect(pass(silent, usage)).toBeUndefined();
  expect(silent.meter.usage).toMatchObject({ inputTokens: 3, outputTokens: 2 });
  expect(pass(handler('openai-chat', true), usage)).toBe(alias(usage));
});

test('of a stream that breaks off a picture counts as one, and a long text by its length', () => {
  const counted = (delta: string): number => {
    const frames = handler('openai-chat');
    for (const text of ['"content":"a"', '"content":"b"', delta]) pass(frames, chunk(`"choices":[{"index":0,"delta":{${text}},"finish_reason":null}]`));
    return frames.meter.contentCharacters / 4;
  };
  const picture = counted(`"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,${'A1b2'.repeat(400_000)}"}}]`);
  expect([picture > 1_000, picture < 4_000]).toEqual([true, true]);
  const text = counted(`"content":"${'words and more, '.repeat(2_500)}"`);
  expect([text > 9_000, text < 11_000]).toEqual([true, true]);
});

test('the cost stands in the usage when it is wanted', () => {
  const body = JsonBody.read(Buffer.from('{}'));
  const call = { inbound: 'openai-chat', model: 'm', includeUsage: true, body, costOfUsage: () => 0.25 } as unknown as Call;
  const out = pass(new PassingFrames(call, deployment), chunk('"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}'));
  expect(out).toContain('"total_tokens":5,"cost":0.25}');
});

test('a stream of Responses tells the cost in its last event, and ends as LiteLLM’s do', () => {
  const body = JsonBody.read(Buffer.from('{}'));
  const call = { inbound: 'openai-responses', model: 'm', includeUsage: true, body, costOfUsage: () => 0.5 } as unknown as Call;
  const event = 'event: response.completed\ndata: {"type":"response.completed","response":{"id":"r","model":"x","status":"completed","output":[],"usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}\n\n';
  const out = pass(new PassingFrames(call, deployment), event);
  expect(out).toBe(event.replace('"model":"x"', '"model":"m"').replace('"total_tokens":3}', '"total_tokens":3,"cost":0.5}') + 'data: [DONE]\n\n');
});

test('an error inside a stream, and an end without an end, are faults', () => {
  const frames = handler('openai-chat');
  pass(frames, chunk('"choices":[{"index":0,"delta":{"content":"a"}}]'));
  expect(frames.frame(Buffer.from('data: {"error":{"message":"broke","code":503}}\n\n')).fault).toMatchObject({ code: 'upstream_unavailable', message: 'broke' });
  expect(handler('openai-chat').finish().fault?.code).toBe('upstream_stream_broken');
  expect(handler('anthropic-messages').finish().fault?.code).toBe('upstream_stream_broken');
});

test('Anthropic frames pass, the name only in message_start', () => {
  const frames = handler('anthropic-messages');
  const start = 'event: message_start\ndata: {"type":"message_start","message":{"id":"m","model":"provider/model","usage":{"input_tokens":7,"output_tokens":1}}}\n\n';
  const delta = 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"provider/model"}}\n\n';
  expect(pass(frames, start)).toBe(alias(start));
  expect(pass(frames, delta)).toBe(delta);
  expect(pass(frames, delta)).toBe(delta);
  const end = 'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}}\n\n';
  expect(pass(frames, end)).toBe(end);
  expect(frames.meter).toMatchObject({ usage: { inputTokens: 7, outputTokens: 9 }, finishReason: 'end_turn' });
});
