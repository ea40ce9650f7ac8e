// The official libraries, each of which puts an answer together in its own way: what they have in the end is what a user has.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { GoogleGenAI } from '@google/genai';
import { jsonSchema, streamText, tool, type ToolSet } from 'ai';
import type { Whole } from './script.ts';

/** Asks a model for a stream; null where the library does not tell. Throws when the answer is no whole one. */
export type Judge = (url: string, key: string, model: string) => Promise<{ text: string; thinking: string | null; calls: Whole['calls'] }>;

const anything = { type: 'object' as const, properties: { v: { type: 'string' as const } } };
const names = Array.from({ length: 8 }, (_, index) => `tool_${index}`);
const parsed = (text: string): unknown => JSON.parse(text) as unknown;

/** All judges by name. */
export const judges: Readonly<Record<string, Judge>> = {
  async 'openai chat'(url, key, model) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    const stream = client.chat.completions.stream({ model, messages: [{ role: 'user', content: 'hi' }], stream_options: { include_usage: true } });
    let thinking = '';
    stream.on('chunk', (chunk) => {
      thinking += (chunk.choices[0]?.delta as { reasoning_content?: string } | undefined)?.reasoning_content ?? '';
    });
    const message = (await stream.finalChatCompletion()).choices[0]?.message;
    const calls = (message?.tool_calls ?? []).flatMap((call) => (call.type === 'function' ? [[call.function.name, parsed(call.function.arguments)]] : []));
    return { text: message?.content ?? '', thinking, calls: Object.fromEntries(calls) as Whole['calls'] };
  },
  async 'openai responses'(url, key, model) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
    const response = await client.responses.stream({ model, input: 'hi' }).finalResponse();
    if (response.status !== 'completed') throw new Error(`status ${response.status}`);
    const calls = response.output.flatMap((item) => (item.type === 'function_call' ? [[item.name, parsed(item.arguments)]] : []));
    const thinking = response.output.map((item) => (item.type === 'reasoning' ? item.summary.map((part) => part.text).join('') : '')).join('');
    return { text: response.output_text, thinking, calls: Object.fromEntries(calls) as Whole['calls'] };
  },
  async anthropic(url, key, model) {
    const message = await new Anthropic({ baseURL: url, apiKey: key, maxRetries: 0 }).messages.stream({ model, max_tokens: 1_000, messages: [{ role: 'user', content: 'hi' }] }).finalMessage();
    const join = (pick: (block: Anthropic.ContentBlock) => string): string => message.content.map(pick).join('');
    return {
      text: join((block) => (block.type === 'text' ? block.text : '')), thinking: join((block) => (block.type === 'thinking' ? block.thinking : '')),
      calls: Object.fromEntries(message.content.flatMap((block) => (block.type === 'tool_use' ? [[block.name, block.input]] : []))) as Whole['calls'],
    };
  },
  async 'google genai'(url, key, model) {
    const client = new GoogleGenAI({ apiKey: key, httpOptions: { baseUrl: url } });
    const whole: Whole = { text: '', thinking: '', calls: {} };
    let finished = false;
    for await (const chunk of await client.models.generateContentStream({ model, contents: 'hi' })) {
      for (const part of chunk.candidates?.[0]?.content?.parts ?? []) {
        if (part.functionCall) whole.calls[part.functionCall.name ?? ''] = part.functionCall.args;
        else if (part.thought) whole.thinking += part.text ?? '';
        else whole.text += part.text ?? '';
      }
      finished ||= chunk.candidates?.[0]?.finishReason !== undefined && chunk.candidates[0].finishReason !== null;
    }
    // This library takes a stream that just ends for a whole one.
    if (!finished) throw new Error('no finish reason');
    return whole;
  },
  async 'vercel ai'(url, key, model) {
    const weir = createOpenAICompatible({ name: 'weir', baseURL: `${url}/v1`, apiKey: key });
    const tools = Object.fromEntries(names.map((name) => [name, tool({ inputSchema: jsonSchema<Record<string, unknown>>(anything) })])) as ToolSet;
    const whole: Whole = { text: '', thinking: '', calls: {} };
    for await (const part of streamText({ model: weir(model), prompt: 'hi', tools, maxRetries: 0, onError: () => undefined }).fullStream) {
      if (part.type === 'text-delta') whole.text += part.text;
      else if (part.type === 'reasoning-delta') whole.thinking += part.text;
      else if (part.type === 'tool-call') whole.calls[part.toolName] = part.input;
      else if (part.type === 'error') throw part.error;
    }
    return whole;
  },
};
