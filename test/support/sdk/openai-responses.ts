// The `openai` package, Responses.
import OpenAI from 'openai';
import { citySchema, maxTurns, question, system, toolSchemas, type SdkClient } from './client.ts';

const input: OpenAI.Responses.ResponseInputItem[] = [{ role: 'user', content: question }];
const tools: OpenAI.Responses.FunctionTool[] = Object.entries(toolSchemas).map(([name, tool]) => ({ type: 'function', name, strict: true, ...tool }));

/** The SDK at a gateway. */
export function openaiResponsesClient(url: string, apiKey: string): SdkClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
  const heard = (response: OpenAI.Responses.Response) =>
    ({ text: response.output_text, inputTokens: response.usage?.input_tokens ?? 0, outputTokens: response.usage?.output_tokens ?? 0 });
  return {
    whole: async (model) => heard(await client.responses.create({ model, instructions: system, input })),
    streamed: async (model) => heard(await client.responses.stream({ model, instructions: system, input }).finalResponse()),
    async loop(model, run) {
      const history = [...input];
      for (let turn = 0; turn < maxTurns; turn++) {
        const response = await client.responses.stream({ model, instructions: system, input: history, tools, store: false, reasoning: { effort: 'high', summary: 'auto' }, include: ['reasoning.encrypted_content'] }).finalResponse();
        const calls = response.output.filter((item) => item.type === 'function_call');
        if (calls.length === 0) return response.output_text;
        for (const item of response.output) history.push(withoutParsed(item) as OpenAI.Responses.ResponseInputItem);
        for (const call of calls) history.push({ type: 'function_call_output', call_id: call.call_id, output: run(call.name, JSON.parse(call.arguments) as Record<string, unknown>) });
      }
      return 'no end';
    },
    async structured(model) {
      const answer = await client.responses.parse({ model, input, text: { format: { type: 'json_schema', name: 'city', strict: true, schema: citySchema } } });
      return answer.output_parsed;
    },
    async leave(model) {
      const stream = await client.responses.create({ model, input, stream: true });
      for await (const event of stream) if (event.type === 'response.output_text.delta') break;
      stream.controller.abort();
    },
  };
}

// The SDK's helper adds members of its own.
function withoutParsed(item: OpenAI.Responses.ResponseOutputItem): object {
  const { parsed_arguments: _parsed, ...rest } = item as OpenAI.Responses.ResponseOutputItem & { parsed_arguments?: unknown };
  return rest;
}
