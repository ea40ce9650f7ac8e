// A provider's own form of chat that is near enough to one of the dialects to be told as it: the request is rewritten last, the answer
// first, so that everything between sees the dialect only.
import type { Json, JsonObject } from '../../lib/json.ts';
import type { ProviderResponse } from '../../http/provider-response.ts';
import type { SseFrame } from '../../lib/sse.ts';

/** What one frame of the provider's stream becomes: bodies of the dialect's frames, in order; `done` is the dialect's proper end. */
export type ToldFrames = readonly (JsonObject | 'done')[];

/** Reads one stream. `end` is asked once, when the connection ends. */
export interface FormReader {
  read(frame: SseFrame): ToldFrames;
  end(): ToldFrames;
}

/** Asks again at an address that the provider named, with the credentials of the first request. */
export type AskAgain = (url: string, headers: Readonly<Record<string, string>>) => Promise<ProviderResponse>;

/** A form. */
export interface ChatForm {
  /** The provider's body for one of the dialect. */
  writeRequest(body: JsonObject, stream: boolean): JsonObject;
  /** The provider's whole answer in the dialect's form. */
  readAnswer(answer: Json): JsonObject;
  createReader(): FormReader;
  /** Headers that the first request carries besides. */
  headers?(stream: boolean): Readonly<Record<string, string>>;
  /** The answer where the first one is only a receipt for it: as JSON, or as a response that has it. */
  collect?(receipt: JsonObject, ask: AskAgain, stream: boolean): Promise<JsonObject | { response: ProviderResponse }>;
  /** Where the provider is told that nobody waits any more for what the receipt is for: it goes on working otherwise, and bills it. */
  cancelUrl?(receipt: JsonObject): string | undefined;
  /** Hosts besides the first request's that may be asked for the answer, over https only. */
  hosts?: RegExp;
}
