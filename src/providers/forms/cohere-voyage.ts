// Cohere's own embeddings and Voyage AI's rerank.
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';
import { embeddingList, listOf, type OperationForm } from './operation-form.ts';

/** Voyage AI's rerank (https://docs.voyageai.com/reference/reranker-api): `top_k`, `data`, tokens as usage. */
export const voyageRerank: OperationForm = {
  writeRequest({ top_n: limit, documents, ...rest }) {
    const texts = listOf(documents).map((document) => (isJsonObject(document) ? stringAt(document, 'text') ?? '' : document));
    return { ...rest, documents: texts, ...(limit !== undefined && { top_k: limit }) };
  },
  readAnswer(answer) {
    const tokens = numberAt(objectAt(answer, 'usage'), 'total_tokens') ?? 0;
    const results = arrayAt(answer, 'data').filter(isJsonObject).map((item) => ({
      index: item['index'] ?? 0, relevance_score: item['relevance_score'] ?? 0,
      ...(typeof item['document'] === 'string' && { document: { text: item['document'] } }),
    }));
    return { id: stringAt(answer, 'id') ?? crypto.randomUUID(), results, meta: { billed_units: { total_tokens: tokens }, tokens: { input_tokens: tokens } }, usage: { total_tokens: tokens } };
  },
};

/** Cohere's own embeddings (https://docs.cohere.com/reference/embed), for deployments whose address names them (`…/v2/embed`). */
export const cohereEmbed: OperationForm = {
  writeRequest({ input, encoding_format: _encoding, dimensions, user: _user, ...rest }) {
    return {
      input_type: 'search_document', ...rest, texts: listOf(input), embedding_types: ['float'],
      ...(dimensions !== undefined && { output_dimension: dimensions }),
    };
  },
  readAnswer(answer, model) {
    return embeddingList(arrayAt(objectAt(answer, 'embeddings'), 'float'), numberAt(objectAt(objectAt(answer, 'meta'), 'billed_units'), 'input_tokens') ?? 0, model);
  },
};
