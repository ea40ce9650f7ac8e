// Embeddings and images in forms of their own that belong to no cloud: Hugging Face, watsonx.ai, fal.
import { arrayAt, defined, isJsonObject, numberAt, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import { embeddingList, listOf, sizeOf, type OperationForm } from './operation-form.ts';

/** Feature extraction at Hugging Face. https://huggingface.co/docs/inference-providers/tasks/feature-extraction */
export const huggingFaceEmbed: OperationForm = {
  writeRequest: ({ model: _model, input, encoding_format: _encoding, dimensions: _dimensions, user: _user, ...rest }) => ({ ...rest, inputs: listOf(input) }),
  readAnswer: (answer, model) => embeddingList(arrayAt(answer, 'items'), 0, model),
};

/** https://cloud.ibm.com/apidocs/watsonx-ai#text-embeddings */
export const watsonxEmbed: OperationForm = {
  writeRequest: ({ model, input, encoding_format: _encoding, dimensions: _dimensions, user: _user, ...rest }) => ({ ...rest, model_id: model ?? '', inputs: listOf(input) }),
  readAnswer(answer, model) {
    return embeddingList(arrayAt(answer, 'results').filter(isJsonObject).map((result): Json => result['embedding'] ?? []), numberAt(answer, 'input_token_count') ?? 0, model);
  },
};

/** Images of fal. https://docs.fal.ai/model-apis/model-endpoints/synchronous-requests */
export const falImages: OperationForm = {
  writeRequest({ model: _model, prompt, n, size, response_format: format, quality: _quality, user: _user, ...rest }) {
    return defined<JsonObject>({ ...rest, prompt: prompt ?? '', num_images: n, image_size: rest['image_size'] ?? sizeOf(size), sync_mode: format === 'b64_json' ? true : undefined });
  },
  readAnswer(answer) {
    const { image } = answer;
    const images = [...arrayAt(answer, 'images'), ...(image === undefined ? [] : [image])].map((item) => (isJsonObject(item) ? stringAt(item, 'url') : undefined) ?? String(item));
    return { created: Math.floor(Date.now() / 1000), data: images.map(imageOf) };
  },
};

// With `sync_mode` the address is the image.
function imageOf(url: string): JsonObject {
  const bytes = /^data:[^,]*;base64,(.*)$/s.exec(url)?.[1];
  return bytes === undefined ? { url } : { b64_json: bytes };
}
