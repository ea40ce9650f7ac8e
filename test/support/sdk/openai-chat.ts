// The `openai` package, Chat Completions.
import OpenAI from 'openai';
import { citySchema, maxTurns, question, system, toolSchemas, type SdkClient } from './client.ts';

const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'system', content: system }, { role: 'user', content: question }];
const tools: OpenAI.ChatCompletionTool[] = Object.entries(toolSchemas).map(([name, tool]) => ({ type: 'function', function: { name, ...tool } }));

/** The SDK at a gateway. */
export function openaiChatClient(url: string, apiKey: string): SdkClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  const heard = (completion: OpenAI.ChatCompletion) =>
    ({ text: completion.choices[0]?.message.content ?? '', inputTokens: completion.usage?.prompt_tokens ?? 0, outputTokens: completion.usage?.completion_tokens ?? 0 });
  const final = (body: Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'stream'>) => client.chat.completions.stream({ ...body, stream_options: { include_usage: true } }).finalChatCompletion();
  return {
    whole: async (model) => heard(await client.chat.completions.create({ model, messages })),
    streamed: async (model) => heard(await final({ model, messages })),
    async loop(model, run) {
      const history = [...messages];
      for (let turn = 0; turn < maxTurns; turn++) {
        const message = (await final({ model, messages: history, tools, reasoning_effort: 'high' })).choices[0]?.message;
        if (!message?.tool_calls?.length) return message?.content ?? '';
        // What a plain client sends back: nothing but what it knows.
        history.push({ role: 'assistant', content: message.content, tool_calls: message.tool_calls.map((call) => (call.type === 'function' ? { id: call.id, type: 'function', function: { name: call.function.name, arguments: call.function.arguments } } : call)) });
        for (const call of message.tool_calls) if (call.type === 'function') history.push({ role: 'tool', tool_call_id: call.id, content: run(call.function.name, JSON.parse(call.function.arguments) as Record<string, unknown>) });
      }
      return 'no end';
    },
    async structured(model) {
      const answer = await client.chat.completions.parse({ model, messages, response_format: { type: 'json_schema', json_schema: { name: 'city', strict: true, schema: citySchema } } });
      return answer.choices[0]?.message.parsed;
    },
    async leave(model) {
      const stream = await client.chat.completions.create({ model, messages, stream: true });
      for await (const chunk of stream) if (chunk.choices[0]?.delta.content) break;
      stream.controller.abort();
    },
  };
}
