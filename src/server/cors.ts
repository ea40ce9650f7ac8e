// Cross-origin calls. The API is authenticated by keys in headers, never by cookies, so pages of any origin that hold a key may call it,
// as with LiteLLM; credentials of the browser are never allowed.
import { Reply, ReplyHeaders, type AnyReply } from '../http/reply.ts';

const headers: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': '*',
};

/** The answer to a browser's question whether it may call. */
export function preflight(): Reply {
  return new Reply(200, ReplyHeaders.of({
      ...headers,
      'content-type': 'text/plain; charset=utf-8',
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, x-api-key, api-key, x-goog-api-key, x-litellm-api-key, anthropic-version, anthropic-beta, anthropic-dangerous-direct-browser-access, x-litellm-call-id, x-litellm-timeout, x-litellm-num-retries, x-litellm-tags, x-stainless-arch, x-stainless-lang, x-stainless-os, x-stainless-package-version, x-stainless-retry-count, x-stainless-runtime, x-stainless-runtime-version, x-stainless-timeout, openai-organization, openai-project, openai-beta',
      'access-control-max-age': '600',
  }), 'OK');
}

/** Lets a page of another origin read a response. */
export function withCors(response: AnyReply): AnyReply {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}
