// The `@google/genai` package.
import { GoogleGenAI, type Content, type GenerateContentResponse, type Part } from '@google/genai';
import { citySchema, maxTurns, question, system, toolSchemas, type SdkClient } from './client.ts';

const contents: Content[] = [{ role: 'user', parts: [{ text: question }] }];
const functionDeclarations = Object.entries(toolSchemas).map(([name, { description, parameters }]) => ({ name, description, parametersJsonSchema: parameters }));

/** The SDK at a gateway. */
export function genaiClient(url: string, apiKey: string): SdkClient {
  const client = new GoogleGenAI({ apiKey, httpOptions: { baseUrl: url } });
  const counts = (response: GenerateContentResponse | undefined) => ({
    inputTokens: response?.usageMetadata?.promptTokenCount ?? 0,
    outputTokens: (response?.usageMetadata?.candidatesTokenCount ?? 0) + (response?.usageMetadata?.thoughtsTokenCount ?? 0),
  });
  return {
    async whole(model) {
      const response = await client.models.generateContent({ model, contents, config: { systemInstruction: system } });
      return { text: response.text ?? '', ...counts(response) };
    },
    async streamed(model) {
      let text = '';
      let last: GenerateContentResponse | undefined;
      for await (const chunk of await client.models.generateContentStream({ model, contents, config: { systemInstruction: system } })) {
        text += chunk.text ?? '';
        last = chunk;
      }
      return { text, ...counts(last) };
    },
    async loop(model, run) {
      const history = [...contents];
      for (let turn = 0; turn < maxTurns; turn++) {
        const parts: Part[] = [];
        for await (const chunk of await client.models.generateContentStream({ model, contents: history, config: { tools: [{ functionDeclarations }], thinkingConfig: { includeThoughts: true, thinkingBudget: 4_096 } } })) {
          parts.push(...chunk.candidates?.[0]?.content?.parts ?? []);
        }
        const calls = parts.flatMap((part) => part.functionCall ?? []);
        if (calls.length === 0) return parts.map((part) => (part.thought ? '' : part.text ?? '')).join('');
        history.push({ role: 'model', parts: parts.filter((part) => part.text !== '' || part.thoughtSignature !== undefined) });
        history.push({ role: 'user', parts: calls.map((call) => ({ functionResponse: { ...(call.id !== undefined && { id: call.id }), name: call.name ?? '', response: { output: run(call.name ?? '', call.args ?? {}) } } })) });
      }
      return 'no end';
    },
    async structured(model) {
      const response = await client.models.generateContent({ model, contents, config: { responseMimeType: 'application/json', responseJsonSchema: citySchema } });
      return JSON.parse(response.text ?? 'null') as unknown;
    },
    async leave(model) {
      const abort = new AbortController();
      try {
        for await (const chunk of await client.models.generateContentStream({ model, contents, config: { abortSignal: abort.signal } })) if (chunk.text) abort.abort();
      } catch (error) {
        if (!abort.signal.aborted) throw error;
      }
    },
  };
}
