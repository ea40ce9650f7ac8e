// Models that go on with a text, told as OpenAI's legacy Completions: fill-in-the-middle, Hugging Face's text generation on SageMaker,
// watsonx.ai's text generation, NLP Cloud.
import { arrayAt, defined, isJsonObject, numberAt, objectAt, parseJsonObject, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import type { ChatForm, FormReader, ToldFrames } from './chat-form.ts';

const completion = (from: JsonObject | undefined, text: string, reason: string | null, usage?: Json): JsonObject => defined<JsonObject>({
  id: stringAt(from, 'id') ?? crypto.randomUUID(), object: 'text_completion', created: numberAt(from, 'created') ?? Math.floor(Date.now() / 1000), model: stringAt(from, 'model') ?? '',
  choices: [{ index: 0, text, logprobs: null, finish_reason: reason }], usage,
});
const usageOf = (input: number, output: number): JsonObject => ({ prompt_tokens: input, completion_tokens: output, total_tokens: input + output });
const nothing: ToldFrames = [];

/** Fill-in-the-middle, whose answers are chat answers. https://docs.mistral.ai/api/endpoint/fim and https://docs.inceptionlabs.ai */
export const fillInTheMiddle: ChatForm = {
  writeRequest: (body) => body,
  readAnswer(value) {
    const answer = isJsonObject(value) ? value : {};
    const choices = arrayAt(answer, 'choices').filter(isJsonObject);
    return { ...answer, object: 'text_completion', choices: choices.map((choice) => asText(choice, objectAt(choice, 'message'))) };
  },
  createReader: () => ({
    read({ data }) {
      if (data === '[DONE]') return ['done'];
      const chunk = parseJsonObject(data);
      if (!chunk) return nothing;
      return chunk['error'] === undefined ? [{ ...chunk, object: 'text_completion', choices: arrayAt(chunk, 'choices').filter(isJsonObject).map((choice) => asText(choice, objectAt(choice, 'delta'))) }] : [chunk];
    },
    end: () => nothing,
  }),
};

function asText({ message: _message, delta: _delta, ...choice }: JsonObject, said: JsonObject | undefined): JsonObject {
  return said ? { logprobs: null, ...choice, text: stringAt(said, 'content') ?? '' } : choice;
}

/** Hugging Face's text generation (TGI) behind a SageMaker endpoint. https://huggingface.github.io/text-generation-inference */
export const textGeneration: ChatForm = {
  writeRequest({ model: _model, prompt, max_tokens: limit, stop, n: _n, stream: _stream, stream_options: _options, user: _user, ...rest }, stream) {
    const temperature = rest['temperature'];
    const parameters = defined<JsonObject>({
      ...rest, max_new_tokens: limit, stop: typeof stop === 'string' ? [stop] : stop, details: true,
      // Zero is not taken there; it means no sampling.
      temperature: temperature === 0 ? undefined : temperature, do_sample: typeof temperature === 'number' ? temperature > 0 : undefined,
    });
    return { inputs: prompt ?? '', parameters, ...(stream && { stream: true }) };
  },
  readAnswer(value) {
    const answer = Array.isArray(value) ? value[0] : value;
    if (!isJsonObject(answer)) return {};
    if (answer['error'] !== undefined) return failed(answer);
    const details = objectAt(answer, 'details');
    const output = numberAt(details, 'generated_tokens');
    return completion(undefined, stringAt(answer, 'generated_text') ?? '', lengthOrStop(stringAt(details, 'finish_reason')), output === undefined ? undefined : usageOf(arrayAt(details, 'prefill').length, output));
  },
  createReader: () => new GenerationReader(),
};

// A text of the server's own, or an exception of AWS with its status.
function failed(from: JsonObject): JsonObject {
  const error = objectAt(from, 'error');
  return { error: { message: stringAt(from, 'error') ?? stringAt(error, 'message') ?? 'unknown error', type: stringAt(error, 'type') ?? 'api_error', code: error?.['code'] ?? 500 } };
}

const lengthOrStop = (reason: string | undefined): string => (reason === 'length' || reason === 'max_tokens' ? 'length' : 'stop');

class GenerationReader implements FormReader {
  private readonly head: JsonObject = { id: crypto.randomUUID() };

  read({ data }: Parameters<FormReader['read']>[0]): ToldFrames {
    const event = parseJsonObject(data);
    if (!event) return nothing;
    if (event['error'] !== undefined) return [failed(event)];
    const token = objectAt(event, 'token');
    const text = token?.['special'] === true ? '' : stringAt(token, 'text') ?? '';
    const details = objectAt(event, 'details');
    const isLast = details !== undefined || typeof event['generated_text'] === 'string';
    return [...(text === '' ? [] : [completion(this.head, text, null)]), ...(isLast ? [completion(this.head, '', lengthOrStop(stringAt(details, 'finish_reason'))), 'done' as const] : [])];
  }

  end(): ToldFrames {
    return nothing;
  }
}

/** Text generation of watsonx.ai. https://cloud.ibm.com/apidocs/watsonx-ai#text-generation */
export const watsonxText: ChatForm = {
  writeRequest({ model_id: model, project_id: project, space_id: space, prompt, max_tokens: limit, temperature, top_p: share, top_k: count, frequency_penalty: _penalty, seed, stop, n: _n, stream: _stream, stream_options: _options, user: _user, ...rest }) {
    const parameters = defined<JsonObject>({
      ...objectAt(rest, 'parameters'), max_new_tokens: limit, temperature, top_p: share, top_k: count, random_seed: seed, stop_sequences: typeof stop === 'string' ? [stop] : stop,
      decoding_method: typeof temperature === 'number' && temperature > 0 ? 'sample' : undefined,
    });
    return defined<JsonObject>({ ...rest, input: prompt ?? '', model_id: model, project_id: project, space_id: space, parameters });
  },
  readAnswer: (value) => watsonxAnswer(isJsonObject(value) ? value : {}),
  createReader: () => ({
    read({ event, data }) {
      const answer = parseJsonObject(data);
      if (!answer) return nothing;
      const error = arrayAt(answer, 'errors').find((item) => isJsonObject(item));
      if (event === 'error' || error) return [{ error: { message: stringAt(error, 'message') ?? data, type: 'api_error', code: 500 } }];
      const told = watsonxAnswer(answer);
      const choice = arrayAt(told, 'choices').find((item) => isJsonObject(item));
      const reason = stringAt(choice, 'finish_reason');
      // Usage counts up from event to event: the last one has it all.
      return reason === undefined ? [{ ...told, usage: null }] : [told, 'done'];
    },
    end: () => nothing,
  }),
};

function watsonxAnswer(answer: JsonObject): JsonObject {
  const result = arrayAt(answer, 'results').find((item) => isJsonObject(item));
  const reason = stringAt(result, 'stop_reason');
  const finish = reason === undefined || reason === 'not_finished' ? null : lengthOrStop(reason);
  const usage = usageOf(numberAt(result, 'input_token_count') ?? 0, numberAt(result, 'generated_token_count') ?? 0);
  return completion({ model: stringAt(answer, 'model_id') ?? '' }, stringAt(result, 'generated_text') ?? '', finish, usage);
}

/** NLP Cloud's generation, whole answers only. https://docs.nlpcloud.com/#generation */
export const nlpCloud: ChatForm = {
  writeRequest({ model: _model, prompt, max_tokens: limit, stop, n: count, stream: _stream, stream_options: _options, user: _user, ...rest }) {
    return defined<JsonObject>({ ...rest, text: prompt ?? '', max_length: limit, num_return_sequences: count, end_sequence: Array.isArray(stop) ? stop[0] : stop });
  },
  readAnswer(value) {
    const answer = isJsonObject(value) ? value : {};
    return completion(undefined, stringAt(answer, 'generated_text') ?? '', 'stop', usageOf(numberAt(answer, 'nb_input_tokens') ?? 0, numberAt(answer, 'nb_generated_tokens') ?? 0));
  },
  createReader: () => ({ read: () => nothing, end: () => nothing }),
};
