// The `@anthropic-ai/sdk` package.
import Anthropic from '@anthropic-ai/sdk';
import { citySchema, maxTurns, question, system, toolSchemas, type SdkClient } from './client.ts';

const messages: Anthropic.MessageParam[] = [{ role: 'user', content: question }];
const tools: Anthropic.Tool[] = Object.entries(toolSchemas).map(([name, { description, parameters }]) => ({ name, description, input_schema: { ...parameters, required: [...parameters.required] } }));

/** The SDK at a gateway. */
export function anthropicClient(url: string, apiKey: string): SdkClient {
  const client = new Anthropic({ baseURL: url, apiKey, maxRetries: 0 });
  const textOf = (message: Anthropic.Message): string => message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
  const heard = (message: Anthropic.Message) => ({
    text: textOf(message), outputTokens: message.usage.output_tokens,
    inputTokens: message.usage.input_tokens + (message.usage.cache_read_input_tokens ?? 0) + (message.usage.cache_creation_input_tokens ?? 0),
  });
  const base = { max_tokens: 8_000, system, messages };
  return {
    whole: async (model) => heard(await client.messages.create({ ...base, model })),
    streamed: async (model) => heard(await client.messages.stream({ ...base, model }).finalMessage()),
    async loop(model, run) {
      const history = [...messages];
      for (let turn = 0; turn < maxTurns; turn++) {
        const message = await client.messages.stream({ ...base, model, messages: history, tools, thinking: { type: 'enabled', budget_tokens: 4_096 } }).finalMessage();
        if (message.stop_reason !== 'tool_use') return textOf(message);
        history.push({ role: 'assistant', content: message.content });
        history.push({ role: 'user', content: message.content.flatMap((block) => (block.type === 'tool_use' ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: run(block.name, block.input as Record<string, unknown>) }] : [])) });
      }
      return 'no end';
    },
    async structured(model) {
      const message = await client.messages.create({ ...base, model, output_config: { format: { type: 'json_schema', schema: citySchema } } });
      return JSON.parse(textOf(message)) as unknown;
    },
    async leave(model) {
      const stream = client.messages.stream({ ...base, model });
      for await (const event of stream) if (event.type === 'content_block_delta') break;
      stream.abort();
    },
  };
}
