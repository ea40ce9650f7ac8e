// Providers of embeddings, reranking, images and sound. Only those whose wire is OpenAI's or Cohere's; the others need code first.
import { offers, operationsOnly } from '../compatible.ts';
import { voyageRerank } from '../forms/cohere-voyage.ts';
import type { Provider } from '../provider.ts';

/** The rows. */
export const operationProviders: readonly Provider[] = [
  operationsOnly({
    name: 'voyage', title: 'Voyage AI', page: 'https://docs.voyageai.com', baseUrl: 'https://api.voyageai.com/v1',
    keyVariables: ['VOYAGE_API_KEY', 'VOYAGE_AI_API_KEY', 'VOYAGE_AI_TOKEN'],
    operations: offers('embeddings', 'rerank'), operationForms: { rerank: [{ form: voyageRerank }] },
    // Knows base64 or nothing, and has its own words for how long a vector is.
    operationBodies: { embeddings: { rename: { dimensions: 'output_dimension' }, omit: ['encoding_format', 'user'] } },
  }),
  operationsOnly({
    name: 'jina_ai', title: 'Jina AI', page: 'https://jina.ai', baseUrl: 'https://api.jina.ai/v1',
    keyVariables: ['JINA_AI_API_KEY', 'JINA_API_KEY', 'JINA_AI_TOKEN'],
    operations: offers('embeddings', 'rerank'),
  }),
  operationsOnly({
    name: 'infinity', title: 'Infinity', page: 'https://github.com/michaelfeil/infinity', baseUrl: null, keyRequired: false,
    operations: offers('embeddings', 'rerank'),
  }),
  operationsOnly({
    name: 'recraft', title: 'Recraft', page: 'https://www.recraft.ai/docs', baseUrl: 'https://external.api.recraft.ai/v1',
    operations: offers('images-generations'),
  }),
];
