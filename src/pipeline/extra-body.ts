// LiteLLM's `extra_body`: members for the provider that the client's library has no parameter for. OpenAI's own libraries put them into the
// body themselves; who calls without one may leave them in their box.
import { isJsonObject } from '../lib/json.ts';
import { JsonBody } from '../lib/json-body.ts';
import type { ChatRequest } from './parts.ts';

/** The request with the members of its `extra_body` among its own, before anything is decided by them. */
export function unboxed(request: ChatRequest): ChatRequest {
  const { body, dialect } = request;
  if ((dialect !== 'openai-chat' && dialect !== 'openai-completions') || body.kindOf('extra_body') !== 'object') return request;
  const whole = body.object();
  const extra = whole?.['extra_body'];
  if (!whole || !isJsonObject(extra)) return request;
  const { extra_body: _box, ...rest } = whole;
  const read = JsonBody.read(Buffer.from(JSON.stringify({ ...rest, ...extra })));
  return read ? { ...request, body: read } : request;
}
