// Amazon Bedrock's embeddings, images and rerank: each family of models has a body of its own behind `invoke`.
// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html
import { arrayAt, defined, isJsonObject, numberAt, objectAt, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import { embeddingList, imageList, listOf, sizeOf, type OperationForm } from './operation-form.ts';

const tokenHeader = 'x-amzn-bedrock-input-token-count';

/** Amazon Titan: one text a call. */
export const titanEmbed: OperationForm = {
  oneInput: true,
  writeRequest({ model, input, encoding_format: _encoding, dimensions, user: _user, ...rest }) {
    // Only the second version can be told a length, the multimodal one in its own way.
    const name = String(model);
    const length: JsonObject = dimensions === undefined ? {} : /image/.test(name) ? { embeddingConfig: { outputEmbeddingLength: dimensions } } : { dimensions };
    return { ...rest, inputText: listOf(input)[0] ?? '', ...length };
  },
  readAnswer(answer, model, header) {
    return embeddingList([answer['embedding'] ?? arrayAt(objectAt(answer, 'embeddingsByType'), 'float')], numberAt(answer, 'inputTextTokenCount') ?? Number(header(tokenHeader) ?? 0), model);
  },
};

/** Amazon Nova's multimodal embeddings: one text, or one picture or sound as data URL, a call. */
export const novaEmbed: OperationForm = {
  oneInput: true,
  writeRequest({ model: _model, input, encoding_format: _encoding, dimensions, user: _user, embedding_purpose: purpose, ...rest }) {
    return {
      schemaVersion: 'nova-multimodal-embed-v1', taskType: 'SINGLE_EMBEDDING',
      singleEmbeddingParams: { embeddingPurpose: purpose ?? 'GENERIC_INDEX', embeddingDimension: dimensions ?? 3072, ...rest, ...novaInput(listOf(input)[0] ?? '') },
    };
  },
  readAnswer(answer, model, header) {
    const embeddings = arrayAt(answer, 'embeddings').filter(isJsonObject).map((item): Json => item['embedding'] ?? []);
    return embeddingList(embeddings, Number(header(tokenHeader) ?? 0), model);
  },
};

function novaInput(input: Json): JsonObject {
  const [, kind, type, data] = (typeof input === 'string' ? /^data:(image|video|audio)\/([\w.+-]+);base64,(.*)$/s.exec(input) : null) ?? [];
  if (kind === undefined) return { text: { value: input, truncationMode: 'END' } };
  return { [kind]: { format: type === 'jpg' ? 'jpeg' : type ?? '', source: { bytes: data ?? '' } } };
}

/** Cohere's embeddings on Bedrock. */
export const bedrockCohereEmbed: OperationForm = {
  writeRequest({ model: _model, input, encoding_format: _encoding, dimensions, user: _user, ...rest }) {
    return { input_type: 'search_document', ...rest, texts: listOf(input), embedding_types: ['float'], ...(dimensions !== undefined && { output_dimension: dimensions }) };
  },
  readAnswer(answer, model, header) {
    const { embeddings } = answer;
    return embeddingList(Array.isArray(embeddings) ? embeddings : arrayAt(objectAt(answer, 'embeddings'), 'float'), Number(header(tokenHeader) ?? 0), model);
  },
};

/** Titan Image Generator and Nova Canvas. */
export const amazonImages: OperationForm = {
  writeRequest({ model: _model, prompt, n, size, quality, response_format: _format, user: _user, ...rest }) {
    const { textToImageParams, imageGenerationConfig, ...more } = rest;
    return {
      taskType: 'TEXT_IMAGE', ...more, textToImageParams: { text: prompt ?? '', ...(isJsonObject(textToImageParams) && textToImageParams) },
      imageGenerationConfig: defined<JsonObject>({
        numberOfImages: n, ...sizeOf(size), quality: quality === 'hd' || quality === 'premium' ? 'premium' : quality === undefined ? undefined : 'standard',
        ...(isJsonObject(imageGenerationConfig) && imageGenerationConfig),
      }),
    };
  },
  readAnswer: (answer) => imageList(arrayAt(answer, 'images').filter((image) => typeof image === 'string')),
};

/** Stability's image models on Bedrock: one image a call, its form told as a ratio. */
export const stabilityImages: OperationForm = {
  writeRequest({ model: _model, prompt, n: _n, size, quality: _quality, response_format: _format, user: _user, ...rest }) {
    return defined<JsonObject>({ mode: 'text-to-image', ...rest, prompt: prompt ?? '', aspect_ratio: rest['aspect_ratio'] ?? ratioOf(size) });
  },
  readAnswer: (answer) => imageList(arrayAt(answer, 'images').filter((image) => typeof image === 'string')),
};

const ratios: readonly (readonly [string, number])[] = [['1:1', 1], ['16:9', 16 / 9], ['3:2', 1.5], ['5:4', 1.25], ['4:5', 0.8], ['2:3', 2 / 3], ['9:16', 9 / 16], ['21:9', 21 / 9], ['9:21', 9 / 21]];

function ratioOf(size: Json | undefined): string | undefined {
  const wanted = sizeOf(size);
  if (!wanted) return undefined;
  const ratio = wanted.width / wanted.height;
  return ratios.toSorted((a, b) => Math.abs(a[1] - ratio) - Math.abs(b[1] - ratio))[0]?.[0];
}

/** Bedrock's rerank. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_Rerank.html */
export const bedrockRerank: OperationForm = {
  writeRequest({ model, query, documents, top_n: limit }, { region }) {
    const name = String(model);
    const modelArn = name.startsWith('arn:') ? name : `arn:aws:bedrock:${region}::foundation-model/${name}`;
    return {
      queries: [{ type: 'TEXT', textQuery: { text: query ?? '' } }],
      sources: listOf(documents).map((document) => ({ type: 'INLINE', inlineDocumentSource: documentSource(document) })),
      rerankingConfiguration: {
        type: 'BEDROCK_RERANKING_MODEL',
        bedrockRerankingConfiguration: defined<JsonObject>({ modelConfiguration: { modelArn }, numberOfResults: limit }),
      },
    };
  },
  readAnswer(answer) {
    const results = arrayAt(answer, 'results').filter(isJsonObject).map((result) => ({ index: result['index'] ?? 0, relevance_score: result['relevanceScore'] ?? 0 }));
    return { id: crypto.randomUUID(), results, meta: { billed_units: { search_units: 1 } } };
  },
};

function documentSource(document: Json): JsonObject {
  if (typeof document === 'string') return { type: 'TEXT', textDocument: { text: document } };
  const text = isJsonObject(document) ? stringAt(document, 'text') : undefined;
  return text === undefined ? { type: 'JSON', jsonDocument: document } : { type: 'TEXT', textDocument: { text } };
}
