// The `@langchain/openai` package.
import { AIMessageChunk, HumanMessage, SystemMessage, ToolMessage, type BaseMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { citySchema, maxTurns, question, system, toolSchemas, type SdkClient } from './client.ts';

const messages: BaseMessage[] = [new SystemMessage(system), new HumanMessage(question)];
const tools = Object.entries(toolSchemas).map(([name, value]) => ({ type: 'function' as const, function: { name, ...value } }));

/** The SDK at a gateway. */
export function langchainClient(url: string, apiKey: string): SdkClient {
  const chat = (model: string, more: { reasoning?: { effort: 'high' } } = {}): ChatOpenAI => new ChatOpenAI({ model, apiKey, maxRetries: 0, streamUsage: true, configuration: { baseURL: `${url}/v1` }, ...more });
  const heard = (message: { text: string; usage_metadata?: { input_tokens: number; output_tokens: number } | undefined }) =>
    ({ text: message.text, inputTokens: message.usage_metadata?.input_tokens ?? 0, outputTokens: message.usage_metadata?.output_tokens ?? 0 });
  const joined = async (stream: AsyncIterable<AIMessageChunk>): Promise<AIMessageChunk> => {
    let whole: AIMessageChunk | null = null;
    for await (const chunk of stream) whole = whole ? whole.concat(chunk) : chunk;
    return whole ?? new AIMessageChunk('');
  };
  return {
    whole: async (model) => heard(await chat(model).invoke(messages)),
    streamed: async (model) => heard(await joined(await chat(model).stream(messages))),
    async loop(model, run) {
      const history = [...messages];
      for (let turn = 0; turn < maxTurns; turn++) {
        const message = await joined(await chat(model).bindTools(tools).stream(history));
        const calls = message.tool_calls ?? [];
        if (calls.length === 0) return message.text;
        history.push(message);
        for (const call of calls) history.push(new ToolMessage({ tool_call_id: call.id ?? '', content: run(call.name, call.args as Record<string, unknown>) }));
      }
      return 'no end';
    },
    structured: (model) => chat(model).withStructuredOutput({ title: 'city', ...citySchema }, { method: 'jsonSchema', name: 'city' }).invoke(messages),
    async leave(model) {
      for await (const chunk of await chat(model).stream(messages)) if (chunk.text !== '') break;
    },
  };
}
