// SAP's orchestration service, told as OpenAI's chat: the request is one module of it, the answer lies inside.
// https://help.sap.com/docs/sap-ai-core/generative-ai/orchestration
import { defined, isJsonObject, objectAt, parseJsonObject, stringAt, type JsonObject } from '../../lib/json.ts';
import type { ChatForm } from './chat-form.ts';

const modules = ['grounding', 'masking', 'filtering', 'translation'] as const;

/** SAP Generative AI Hub. */
export const sapOrchestration: ChatForm = {
  writeRequest({ model, messages, tools, response_format: format, stream: _stream, stream_options: _options, model_version: version, placeholder_values: values, placeholder_defaults: defaults, ...rest }, stream) {
    const params: JsonObject = { ...rest };
    const optional: JsonObject = {};
    for (const name of modules) {
      if (params[name] === undefined) continue;
      optional[name] = params[name];
      delete params[name];
    }
    const prompt = defined<JsonObject>({ template: messages ?? [], tools, response_format: format, defaults });
    return defined<JsonObject>({
      config: {
        modules: { prompt_templating: { prompt, model: { name: model ?? '', params, version: version ?? 'latest' } }, ...optional },
        ...(stream && { stream: { enabled: true } }),
      },
      placeholder_values: values,
    });
  },
  readAnswer(value) {
    const answer = isJsonObject(value) ? value : {};
    return objectAt(answer, 'final_result') ?? answer;
  },
  createReader: () => ({
    read({ data }) {
      if (data === '[DONE]') return ['done'];
      const event = parseJsonObject(data);
      if (!event) return [];
      const error = objectAt(event, 'error');
      if (error || event['code'] !== undefined) return [{ error: { message: stringAt(error ?? event, 'message') ?? data, type: 'api_error', code: 500 } }];
      const chunk = objectAt(event, 'final_result');
      return chunk ? [chunk] : [];
    },
    end: () => [],
  }),
};
