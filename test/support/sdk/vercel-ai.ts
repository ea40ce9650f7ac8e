// The `ai` package with `@ai-sdk/openai-compatible`.
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { generateObject, generateText, jsonSchema, stepCountIs, streamText, tool, type JSONSchema7 } from 'ai';
import { citySchema, maxTurns, question, system, toolSchemas, type SdkClient } from './client.ts';

const schemaOf = (schema: unknown): JSONSchema7 => schema as JSONSchema7;

/** The SDK at a gateway. */
export function vercelAiClient(url: string, apiKey: string): SdkClient {
  const weir = createOpenAICompatible({ name: 'weir', baseURL: `${url}/v1`, apiKey, includeUsage: true, supportsStructuredOutputs: true });
  const base = { system, prompt: question, maxRetries: 0 };
  const heard = (text: string, usage: { inputTokens: number | undefined; outputTokens: number | undefined }) => ({ text, inputTokens: usage.inputTokens ?? 0, outputTokens: usage.outputTokens ?? 0 });
  return {
    async whole(model) {
      const { text, usage } = await generateText({ ...base, model: weir(model) });
      return heard(text, usage);
    },
    async streamed(model) {
      const result = streamText({ ...base, model: weir(model) });
      return heard(await result.text, await result.usage);
    },
    async loop(model, run) {
      const tools = Object.fromEntries(Object.entries(toolSchemas).map(([name, { description, parameters }]) => [name, tool({
        description, inputSchema: jsonSchema<Record<string, unknown>>(schemaOf(parameters)), execute: async (input: Record<string, unknown>) => run(name, input),
      })]));
      const result = streamText({ ...base, model: weir(model), tools, stopWhen: stepCountIs(maxTurns), providerOptions: { weir: { reasoningEffort: 'high' } } });
      return result.text;
    },
    async structured(model) {
      const { object } = await generateObject({ ...base, model: weir(model), schema: jsonSchema(schemaOf(citySchema)) });
      return object;
    },
    async leave(model) {
      const abort = new AbortController();
      const result = streamText({ ...base, model: weir(model), abortSignal: abort.signal, onError: () => undefined });
      for await (const piece of result.textStream) {
        if (piece !== '') abort.abort();
      }
    },
  };
}
