// A scripted provider that answers every model name with what real providers once answered, and the configuration that leads there.
import { readFileSync } from 'node:fs';
import { configOf, providerDialects, responsesAnswer, responsesFrames } from './dialects.ts';
import { formatFrame } from '../../src/lib/sse.ts';
import { json, ScriptedProvider, stream, type Play } from './provider.ts';

const fixtures = new URL('../fixtures/', import.meta.url);
const file = (name: string): string => readFileSync(new URL(name, fixtures), 'utf8');
const chatFrames = (name: string): string[] => [...file(name).split('\n').filter((line) => line !== '').map((data) => formatFrame(data)), formatFrame('[DONE]')];

/** A stream when the call asks for one, else a whole answer. */
export const either = (answer: string, frames: readonly string[], pauseMs = 0): Play => (line, call) =>
  (call.json['stream'] === true || call.path.includes('streamGenerateContent') ? stream(frames, pauseMs)(line, call) : json(JSON.parse(answer))(line, call));

const embeddings: Play = (line, call) => {
  const input = Array.isArray(call.json['input']) ? call.json['input'] : [call.json['input']];
  const floats = [0.25, -0.5, 1];
  const embedding = call.json['encoding_format'] === 'base64' ? Buffer.from(new Float32Array(floats).buffer).toString('base64') : floats;
  return line.reply(200, JSON.stringify({ object: 'list', model: 'recorded', data: input.map((_text, index) => ({ object: 'embedding', index, embedding })), usage: { prompt_tokens: 3, total_tokens: 3 } }));
};

/** The words in the recorded text answers that tests look for. */
export const recordedWords = { chat: 'Holiday', anthropic: 'Hello', gemini: 'strawberry' };

/** Gives the provider its answers. Models: `text`, `tools`, `claude`, `gemini`, `responses`, `embed`, `err-400` …, `cut`, `slow`. */
export function playRecordings(provider: ScriptedProvider): void {
  const [chat, anthropic, gemini] = providerDialects;
  if (!chat || !anthropic || !gemini) throw new Error('no recordings');
  provider.on('text', either(chat.answer, chat.frames)).on('claude', either(anthropic.answer, anthropic.frames)).on('gemini', either(gemini.answer, gemini.frames))
    .on('tools', either(file('deepseek/deepseek-tool-call.json'), chatFrames('deepseek/deepseek-tool-call.chunks.txt')))
    .on('responses', either(responsesAnswer, responsesFrames))
    .on('embed', embeddings)
    .on('slow', either(chat.answer, chat.frames, 40))
    .on('cut', async (line) => {
      await line.beginStream();
      await line.chunk(chat.frames.slice(0, 5).join(''));
      await Bun.sleep(20);
      line.reset();
    });
  for (const status of [400, 401, 403, 404, 429, 500, 503]) {
    provider.on(`err-${status}`, json({ error: { message: `The provider said ${status}`, type: 'provider_error', param: null, code: null } }, status));
  }
}

/** The configuration for those models. */
export function recordedConfig(url: string): string {
  const base = `${url}/v1`;
  const chatModels = ['text', 'tools', 'slow', 'cut', ...[400, 401, 403, 404, 429, 500, 503].map((status) => `err-${status}`)];
  return configOf([
    ...chatModels.map((name) => ({ name, model: `deepseek/${name}`, base })),
    { name: 'claude', model: 'anthropic/claude', base: url }, { name: 'gemini', model: 'gemini/gemini', base: `${url}/v1beta` }, { name: 'responses', model: 'openai/responses', base },
    { name: 'embed', model: 'openai/embed', base },
  ], { router_settings: { num_retries: 0 } });
}
