// The abstract back end: what an application codes against, so that the gateway behind it can be replaced.
import type { ChatAnswer, Delta, Model } from './answer.ts';
import type { ChatRequest } from './request.ts';

/** How one call is carried out. */
export interface CallOptions {
  /** Ends the call; the connection is closed, which makes the gateway stop the provider. */
  signal?: AbortSignal;
  /** For `chat` the longest wait for the whole answer, for `stream` the longest silence between two chunks. */
  timeoutMs?: number;
  /** Added to the request, for example `x-litellm-tags`. */
  headers?: Record<string, string>;
}

/** How one streamed call is carried out. */
export type StreamOptions = CallOptions;

/** Something that answers chats with a language model. Failures are thrown as `GatewayError`. */
export abstract class LLMBackend {
  /** Asks for a whole answer. */
  abstract chat(request: ChatRequest, options?: CallOptions): Promise<ChatAnswer>;

  /**
   * Asks for a streamed answer. Nothing is sent before the first delta is asked for; leaving the loop early ends the
   * call. An answer that breaks off throws: a loop that ends without an error has seen the whole answer.
   */
  abstract stream(request: ChatRequest, options?: StreamOptions): AsyncIterable<Delta>;

  /** The models that may be called. */
  abstract models(options?: CallOptions): Promise<Model[]>;
}
