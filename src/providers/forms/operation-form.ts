// A provider's own form of an operation, where it differs from OpenAI's (rerank: Cohere's) in more than the names of members.
import type { Json, JsonObject } from '../../lib/json.ts';

/** What a form may have to say besides the request. */
export interface FormContext {
  /** The region in the provider's address. */
  region: string;
}

/** Writes requests and reads answers in a provider's own form. */
export interface OperationForm {
  /** The provider's body. `body.model` is the model's name at the provider. */
  writeRequest(body: JsonObject, context: FormContext): JsonObject;
  /** The answer in OpenAI's form. `header` looks at the response's headers. An answer that is a list comes as `items`. */
  readAnswer(answer: JsonObject, model: string, header: (name: string) => string | null): JsonObject;
  /** The provider takes one text a call: a list of them becomes as many calls. */
  oneInput?: true;
  /** Where it is asked, when the request says that too; `body` has the fields of a form as texts. */
  address?(url: string, body: JsonObject): string;
  /** Of a form, the provider takes the file as it is and nothing else. */
  sendsFile?: true;
  /** The sound in an answer that is JSON; null: there is none. */
  soundOf?(answer: JsonObject, format: string | undefined): { mediaType: string; bytes: Buffer } | null;
}

/** A value as a list. */
export const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/** Vectors as OpenAI's list. */
export const embeddingList = (vectors: readonly Json[], tokens: number, model: string): JsonObject => ({
  object: 'list', model, data: vectors.map((embedding, index) => ({ object: 'embedding', index, embedding })), usage: { prompt_tokens: tokens, total_tokens: tokens },
});

/** Images as OpenAI's list. */
export const imageList = (images: readonly string[]): JsonObject => ({ created: Math.floor(Date.now() / 1000), data: images.map((image) => ({ b64_json: image })) });

/** Width and height of OpenAI's `size`; undefined for `auto` and what is none. */
export function sizeOf(size: Json | undefined): { width: number; height: number } | undefined {
  const match = typeof size === 'string' ? /^(\d{2,5})x(\d{2,5})$/.exec(size) : null;
  return match ? { width: Number(match[1]), height: Number(match[2]) } : undefined;
}
