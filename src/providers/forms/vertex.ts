// Vertex AI's `predict`: embeddings and Imagen.
// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api and …/imagen-api
import { arrayAt, defined, isJsonObject, numberAt, objectAt, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import { embeddingList, imageList, listOf, sizeOf, type OperationForm } from './operation-form.ts';

/** Text embeddings. */
export const vertexEmbed: OperationForm = {
  writeRequest({ model: _model, input, dimensions, encoding_format: _encoding, user: _user, task_type: task, title, auto_truncate: truncate, ...rest }) {
    const instances = listOf(input).map((content) => defined<JsonObject>({ content, task_type: task, title }));
    const parameters = defined<JsonObject>({ outputDimensionality: dimensions, autoTruncate: truncate, ...objectAt(rest, 'parameters') });
    return { instances, ...(Object.keys(parameters).length > 0 && { parameters }) };
  },
  readAnswer(answer, model) {
    const embeddings = arrayAt(answer, 'predictions').filter(isJsonObject).map((prediction) => objectAt(prediction, 'embeddings'));
    const tokens = embeddings.reduce((sum, embedding) => sum + (numberAt(objectAt(embedding, 'statistics'), 'token_count') ?? 0), 0);
    return embeddingList(embeddings.map((embedding) => arrayAt(embedding, 'values')), tokens, model);
  },
};

const ratios = new Map<string, string>([['1024x1024', '1:1'], ['1792x1024', '16:9'], ['1024x1792', '9:16'], ['1280x896', '4:3'], ['896x1280', '3:4'], ['1536x1024', '4:3'], ['1024x1536', '3:4']]);

/** Images of Gemini, by `generateContent`. https://ai.google.dev/gemini-api/docs/image-generation */
export const geminiImages: OperationForm = {
  writeRequest({ model: _model, prompt, n: _n, size, quality: _quality, response_format: _format, user: _user, ...rest }) {
    const ratio = typeof size === 'string' ? ratios.get(size) : undefined;
    const config = defined<JsonObject>({ responseModalities: ['TEXT', 'IMAGE'], imageConfig: ratio === undefined ? undefined : { aspectRatio: ratio }, ...objectAt(rest, 'generationConfig') });
    return { ...rest, contents: [{ role: 'user', parts: [{ text: prompt ?? '' }] }], generationConfig: config };
  },
  readAnswer(answer) {
    const parts = arrayAt(answer, 'candidates').filter(isJsonObject).flatMap((candidate) => arrayAt(objectAt(candidate, 'content'), 'parts')).filter(isJsonObject);
    const usage = objectAt(answer, 'usageMetadata');
    const [input, output] = [numberAt(usage, 'promptTokenCount'), numberAt(usage, 'candidatesTokenCount') ?? 0];
    const list = imageList(parts.map((part) => stringAt(objectAt(part, 'inlineData'), 'data')).filter((image) => image !== undefined));
    return input === undefined ? list : { ...list, usage: { input_tokens: input, output_tokens: output, total_tokens: input + output, output_tokens_details: { image_tokens: output } } };
  },
};

/** Imagen. */
export const imagen: OperationForm = {
  writeRequest({ model: _model, prompt, n, size, quality: _quality, response_format: _format, user: _user, ...rest }) {
    const ratio = typeof size === 'string' && sizeOf(size) ? ratios.get(size) ?? '1:1' : undefined;
    return { instances: [{ prompt: prompt ?? '' }], parameters: defined<JsonObject>({ sampleCount: n ?? 1, aspectRatio: ratio, ...rest }) };
  },
  readAnswer: (answer) => imageList(arrayAt(answer, 'predictions').filter(isJsonObject).map((prediction: JsonObject): Json => stringAt(prediction, 'bytesBase64Encoded') ?? '').filter((image): image is string => image !== '')),
};
