// Rerank in forms of their own: Hugging Face's text embeddings inference, NVIDIA NIM, Vertex AI, DeepInfra, watsonx.ai, Fireworks.
import { arrayAt, defined, isJsonObject, numberAt, objectAt, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import { listOf, type OperationForm } from './operation-form.ts';

const textOf = (document: Json): string => (typeof document === 'string' ? document : isJsonObject(document) ? stringAt(document, 'text') ?? JSON.stringify(document) : String(document));
const textsOf = (documents: Json | undefined): string[] => listOf(documents).map(textOf);

interface Ranked {
  index: Json | undefined;
  score: Json | undefined;
  text?: string | undefined;
}

/** Cohere's form. `tokens` are what the provider counted; else it is one search. */
function ranking(id: string | undefined, results: readonly Ranked[], tokens?: number): JsonObject {
  const billed: JsonObject = tokens === undefined ? { search_units: 1 } : { total_tokens: tokens };
  return {
    id: id ?? crypto.randomUUID(), meta: { billed_units: billed, ...(tokens !== undefined && { tokens: { input_tokens: tokens } }) }, ...(tokens !== undefined && { usage: { total_tokens: tokens } }),
    results: results.map(({ index, score, text }) => ({ index: index ?? 0, relevance_score: score ?? 0, ...(text !== undefined && { document: { text } }) })),
  };
}

/** https://huggingface.github.io/text-embeddings-inference: texts in, a sorted list out; it has no limit of its own. */
export const huggingFaceRerank: OperationForm = {
  writeRequest: ({ query, documents, return_documents: returned, model: _model, top_n: _limit, ...rest }) => ({ raw_scores: false, truncate: false, ...rest, query: query ?? '', texts: textsOf(documents), ...(returned !== undefined && { return_text: returned }) }),
  readAnswer: (answer) => ranking(undefined, arrayAt(answer, 'items').filter(isJsonObject).map((item) => ({ index: item['index'], score: item['score'], text: stringAt(item, 'text') }))),
};

/** https://docs.nvidia.com/nim/nemo-retriever/text-reranking/latest/reference.html */
export const nvidiaRerank: OperationForm = {
  writeRequest: ({ query, documents, top_n: _limit, return_documents: _returned, ...rest }) => ({ ...rest, query: { text: query ?? '' }, passages: textsOf(documents).map((text) => ({ text })) }),
  readAnswer: (answer) => ranking(undefined, arrayAt(answer, 'rankings').filter(isJsonObject).map((item) => ({ index: item['index'], score: item['logit'] ?? item['score'] })), numberAt(objectAt(answer, 'usage'), 'total_tokens')),
};

/** https://cloud.google.com/generative-ai-app-builder/docs/ranking */
export const vertexRerank: OperationForm = {
  writeRequest({ model, query, documents, top_n: limit, return_documents: returned }) {
    const records = listOf(documents).map((document, index) => {
      const content = textOf(document);
      return { id: String(index), title: (isJsonObject(document) ? stringAt(document, 'title') : undefined) ?? content.split(/\s+/).slice(0, 3).join(' '), content };
    });
    return defined<JsonObject>({ model: model ?? '', query: query ?? '', records, topN: limit, ignoreRecordDetailsInResponse: returned === false ? true : undefined });
  },
  readAnswer: (answer) => ranking(undefined, arrayAt(answer, 'records').filter(isJsonObject).map((item) => ({ index: Number(item['id']), score: item['score'] ?? 1, text: stringAt(item, 'content') }))),
};

/** https://deepinfra.com/docs: a score for each document, in their order. */
export const deepInfraRerank: OperationForm = {
  writeRequest({ query, documents, model: _model, top_n: _limit, return_documents: _returned, ...rest }) {
    const texts = textsOf(documents);
    return { ...rest, queries: texts.map(() => query ?? ''), documents: texts };
  },
  readAnswer(answer) {
    const scores = arrayAt(answer, 'scores').map((score, index) => ({ index, score: Number(score) })).toSorted((a, b) => b.score - a.score);
    return ranking(stringAt(answer, 'request_id'), scores, numberAt(answer, 'input_tokens'));
  },
};

/** https://cloud.ibm.com/apidocs/watsonx-ai#text-rerank */
export const watsonxRerank: OperationForm = {
  writeRequest({ model, query, documents, top_n: limit, return_documents: returned, max_tokens_per_doc: longest, ...rest }) {
    const options = defined<JsonObject>({ top_n: limit, inputs: returned });
    const parameters = defined<JsonObject>({ truncate_input_tokens: longest, return_options: Object.keys(options).length > 0 ? options : undefined });
    return { ...rest, model_id: model ?? '', query: query ?? '', inputs: textsOf(documents).map((text) => ({ text })), ...(Object.keys(parameters).length > 0 && { parameters }) };
  },
  readAnswer: (answer) => ranking(undefined, arrayAt(answer, 'results').filter(isJsonObject).map((item) => ({ index: item['index'], score: item['score'], text: stringAt(objectAt(item, 'input'), 'text') })), numberAt(answer, 'input_token_count')),
};

/** https://docs.fireworks.ai/api-reference/rerank-documents: Cohere's words, the answer under `data`. */
export const fireworksRerank: OperationForm = {
  writeRequest: ({ documents, ...rest }) => ({ ...rest, documents: textsOf(documents) }),
  readAnswer: (answer) => ranking(stringAt(answer, 'id'), arrayAt(answer, 'data').filter(isJsonObject).map((item) => ({ index: item['index'], score: item['relevance_score'], text: stringAt(item, 'document') })), numberAt(objectAt(answer, 'usage'), 'total_tokens')),
};
