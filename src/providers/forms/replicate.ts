// Replicate's predictions, told as OpenAI's legacy Completions: a prediction is made, waited for, and asked for until it is there, or its
// stream is read. https://replicate.com/docs/reference/http#predictions.create and https://replicate.com/docs/topics/predictions/streaming
import { defined, isJsonObject, numberAt, objectAt, parseJsonObject, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import { asBuffer } from '../../http/provider-response.ts';
import type { ChatForm, FormReader, ToldFrames } from './chat-form.ts';

const pauseMs = 500;
const pending: ReadonlySet<string> = new Set(['starting', 'processing', 'queued']);

/** Replicate's language models. */
export const replicateCompletions: ChatForm = {
  hosts: /(^|\.)replicate\.(com|net)$/,
  // Short answers come at once. Not for long: only the receipt tells how a prediction is cancelled.
  headers: (stream) => (stream ? {} : { prefer: 'wait=5' }),
  writeRequest({ model, prompt, max_tokens: limit, stop, stream: _stream, stream_options: _options, user: _user, n: _n, ...rest }, stream) {
    const version = /:([0-9a-f]{64})$/.exec(String(model))?.[1];
    const input = defined<JsonObject>({
      ...rest, prompt: prompt ?? '', max_tokens: limit, max_new_tokens: limit,
      stop_sequences: Array.isArray(stop) ? stop.filter((word) => typeof word === 'string').join(',') : stop,
    });
    return { ...(version !== undefined && { version }), input, ...(stream && { stream: true }) };
  },
  // https://replicate.com/docs/reference/http#predictions.cancel
  cancelUrl: (receipt) => stringAt(objectAt(receipt, 'urls'), 'cancel'),
  async collect(receipt, ask, stream) {
    const urls = objectAt(receipt, 'urls');
    const streamUrl = stringAt(urls, 'stream');
    if (stream && streamUrl !== undefined) return { response: await ask(streamUrl, { 'accept': 'text/event-stream', 'cache-control': 'no-store' }) };
    const url = stringAt(urls, 'get');
    let latest = receipt;
    // Ends with the prediction, or with the time-out of the call, which rejects `ask`.
    while (pending.has(stringAt(latest, 'status') ?? '') && url !== undefined) {
      await Bun.sleep(pauseMs);
      const response = await ask(url, {});
      if (response.status >= 300) return { response };
      latest = parseJsonObject(asBuffer(await response.arrayBuffer()).toString('utf8')) ?? {};
    }
    return latest;
  },
  readAnswer(value) {
    const answer = isJsonObject(value) ? value : {};
    const status = stringAt(answer, 'status');
    if (status !== 'succeeded') return { error: { message: stringAt(answer, 'error') ?? `The prediction ended as ${status ?? 'nothing'}.`, type: 'api_error', code: status === 'canceled' ? 500 : 400 } };
    return completion(stringAt(answer, 'id'), textOf(answer['output'] ?? null), 'stop', usageOf(objectAt(answer, 'metrics')));
  },
  createReader: () => new ReplicateReader(),
};

const textOf = (output: Json): string => (Array.isArray(output) ? output.map((part) => (typeof part === 'string' ? part : '')).join('') : typeof output === 'string' ? output : output === null ? '' : JSON.stringify(output));

function usageOf(metrics: JsonObject | undefined): JsonObject | undefined {
  const [input, output] = [numberAt(metrics, 'input_token_count'), numberAt(metrics, 'output_token_count')];
  return input === undefined || output === undefined ? undefined : { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
}

const completion = (id: string | undefined, text: string, reason: string | null, usage?: JsonObject): JsonObject => defined<JsonObject>({
  id: id ?? crypto.randomUUID(), object: 'text_completion', created: Math.floor(Date.now() / 1000), model: '', choices: [{ index: 0, text, logprobs: null, finish_reason: reason }], usage,
});

class ReplicateReader implements FormReader {
  private readonly id = crypto.randomUUID();

  read({ event, data }: Parameters<FormReader['read']>[0]): ToldFrames {
    switch (event) {
      case 'output': return [completion(this.id, data, null)];
      case 'error': return [{ error: { message: stringAt(parseJsonObject(data), 'detail') ?? data, type: 'api_error', code: 500 } }];
      case 'done': {
        const reason = stringAt(parseJsonObject(data), 'reason');
        if (reason === 'error' || reason === 'canceled') return [{ error: { message: `The prediction ended: ${reason}.`, type: 'api_error', code: 500 } }];
        return [completion(this.id, '', 'stop'), 'done'];
      }
      default: return [];
    }
  }

  end(): ToldFrames {
    return [];
  }
}
