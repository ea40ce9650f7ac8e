// The vector of a text by an embedding model of this gateway: a call like any other, for the caller whose question it is, so that it is
// limited, logged and paid for.
import { embedTimeoutMs } from '../lib/bounds.ts';
import { arrayAt, isJsonObject, parseJsonObject } from '../lib/json.ts';
import { JsonBody } from '../lib/json-body.ts';
import { newExchange, type Exchange } from './exchange.ts';
import { newRequestId } from '../lib/identifiers.ts';
import { normalized } from '../cache/vectors/vector-index.ts';
import { answerOperation } from './operation.ts';
import type { PipelineParts } from './parts.ts';
import { eitherSignal } from '../lib/cancellation.ts';

/** The vector, of length 1; null when there is none within the time that a question may wait for it. */
export async function embedText(model: string, text: string, exchange: Exchange, parts: PipelineParts): Promise<Float32Array | null> {
  const body = JsonBody.read(Buffer.from(JSON.stringify({ model, input: text, encoding_format: 'float' })));
  if (!body) return null;
  const signal = eitherSignal(exchange.signal, AbortSignal.timeout(embedTimeoutMs));
  const asking = newExchange({ id: newRequestId(), kind: { type: 'operation', operation: 'embeddings' }, route: '/v1/embeddings', headers: new Headers(), signal, address: exchange.address });
  // The model is the operator's choice: whether the caller may call it by itself does not matter.
  asking.caller = exchange.caller && { ...exchange.caller, models: null };
  const response = await answerOperation(asking, { operation: 'embeddings', body: { members: body, form: null }, modelFromPath: null }, parts);
  if (response.status !== 200 || !Buffer.isBuffer(response.body)) return null;
  const [first] = arrayAt(parseJsonObject(response.body.toString('utf8')), 'data');
  const values = isJsonObject(first) ? first['embedding'] : undefined;
  return Array.isArray(values) && values.every((value) => typeof value === 'number') ? normalized(values) : null;
}
