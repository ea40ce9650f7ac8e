// Providers of embeddings, reranking, images and sound, without chat.
import { offers, operationsOnly } from '../compatible.ts';
import { deepgramListen, elevenSpeech, elevenTranscription } from '../forms/sound.ts';
import { falImages } from '../forms/vectors-pictures.ts';
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
  operationsOnly({
    name: 'deepgram', title: 'Deepgram', page: 'https://developers.deepgram.com/reference', baseUrl: 'https://api.deepgram.com/v1',
    authentication: { kind: 'header', name: 'Authorization', prefix: 'Token ' },
    operations: { 'audio-transcriptions': '/listen' }, operationForms: { 'audio-transcriptions': [{ form: deepgramListen }] },
  }),
  operationsOnly({
    name: 'elevenlabs', title: 'ElevenLabs', page: 'https://elevenlabs.io/docs/api-reference', baseUrl: 'https://api.elevenlabs.io',
    authentication: { kind: 'header', name: 'xi-api-key' },
    operations: { 'audio-speech': '/v1/text-to-speech', 'audio-transcriptions': '/v1/speech-to-text' },
    operationForms: { 'audio-speech': [{ form: elevenSpeech }], 'audio-transcriptions': [{ form: elevenTranscription }] },
    operationBodies: { 'audio-transcriptions': { rename: { model: 'model_id', language: 'language_code' }, omit: ['response_format', 'prompt', 'timestamp_granularities[]'] } },
  }),
  operationsOnly({
    name: 'fal_ai', title: 'fal', page: 'https://docs.fal.ai', baseUrl: 'https://fal.run', keyVariables: ['FAL_AI_API_KEY', 'FAL_KEY'],
    authentication: { kind: 'header', name: 'Authorization', prefix: 'Key ' },
    operations: { 'images-generations': '/{+model}' }, operationForms: { 'images-generations': [{ form: falImages }] },
  }),
];
