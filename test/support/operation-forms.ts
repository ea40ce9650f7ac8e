// Each operation in each provider's form: what a client asks, what the provider must be sent, what it answers, what the client must get
// and what that costs. The answers are put together from the examples in the providers' references.

/** One operation at one provider. */
export interface FormCase {
  /** `litellm_params.model`. */
  model: string;
  /** More of `litellm_params`, as YAML's flow form; `{url}` is the provider's address. Without an `api_base` the provider's own is replaced by it. */
  params?: string;
  path: string;
  /** JSON, or the fields of a form that a file is added to under this name. */
  body: Record<string, unknown>;
  file?: 'file' | 'image';
  /** The request line's target, and a part of its JSON body, or the fields of its form, or its bytes. */
  sentPath: string;
  sent: Record<string, unknown> | 'file';
  sentForm?: Record<string, string>;
  header?: [string, string];
  answer: unknown;
  answerHeaders?: Record<string, string>;
  /** A part of what the client gets; or the media type of sound. */
  told: Record<string, unknown> | string;
  costUsd: number;
}

/** The bytes of each file: what looks like the end of a part is in them. */
export const fileBytes = Buffer.concat([Buffer.from([0, 255, 13, 10]), Buffer.from('--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nother')]);

const vector = [0.5, -1.25];
const openaiVectors = { object: 'list', model: 'm', data: [{ object: 'embedding', index: 0, embedding: vector }], usage: { prompt_tokens: 4, total_tokens: 4 } };
const toldVector = { object: 'list', data: [{ object: 'embedding', index: 0, embedding: vector }] };
const perToken = 'input_cost_per_token: 0.001, output_cost_per_token: 0.002';
const key = 'api_key: sk-of-provider';
const at = 'api_base: "{url}"';
const atV1 = 'api_base: "{url}/v1"';
const plain = `${key}, ${atV1}, ${perToken}`;
const aws = 'aws_access_key_id: AKIDEXAMPLE, aws_secret_access_key: sk-of-provider, aws_region_name: eu-central-1';
const onBedrock = `${aws}, aws_bedrock_runtime_endpoint: "{url}", ${perToken}`;
const google = `vertex_project: p1, vertex_location: us-central1, vertex_credentials: '{"type":"authorized_user","client_id":"a","client_secret":"sk-of-provider","refresh_token":"c","token_uri":"{url}/token"}', ${at}`;

const embed = (model: string, params: string, sentPath: string, sent: Record<string, unknown>, answer: unknown, costUsd: number, more: Partial<FormCase> = {}): FormCase =>
  ({ model, params, path: '/v1/embeddings', body: { input: 'weir' }, sentPath, sent, answer, told: toldVector, costUsd, ...more });

const embeddings: readonly FormCase[] = [
  embed('openai/text-embedding-3-small', plain, '/v1/embeddings', { model: 'text-embedding-3-small', input: 'weir' }, openaiVectors, 0.004),
  embed('openai/tokens', plain, '/v1/embeddings', { input: [[1, 2, 3]] }, openaiVectors, 0.004, { body: { input: [[1, 2, 3]] } }),
  embed('azure/embed', `${key}, ${at}, api_version: "2025-02-01", ${perToken}`, '/openai/deployments/embed/embeddings?api-version=2025-02-01', { input: 'weir' }, openaiVectors, 0.004, { header: ['api-key', 'sk-of-provider'] }),
  embed('mistral/mistral-embed', plain, '/v1/embeddings', { model: 'mistral-embed' }, openaiVectors, 0.004),
  embed('ollama/nomic-embed-text', `${key}, ${at}, ${perToken}`, '/v1/embeddings', { model: 'nomic-embed-text' }, openaiVectors, 0.004),
  embed('jina_ai/jina-embeddings-v3', plain, '/v1/embeddings', { model: 'jina-embeddings-v3' }, openaiVectors, 0.004),
  embed('gemini/gemini-embedding-001', `${key}, api_base: "{url}/v1beta", ${perToken}`, '/v1beta/openai/embeddings', { model: 'gemini-embedding-001' }, openaiVectors, 0.004, { header: ['x-goog-api-key', 'sk-of-provider'] }),
  embed('voyage/voyage-3', plain, '/v1/embeddings', { output_dimension: 2 }, openaiVectors, 0.004, { body: { input: ['weir'], dimensions: 2, encoding_format: 'float' } }),
  embed('cohere/embed-v4.0', `${key}, api_base: "{url}/v2/embed", ${perToken}`, '/v2/embed', { texts: ['weir'], embedding_types: ['float'] }, { embeddings: { float: [vector] }, meta: { billed_units: { input_tokens: 4 } } }, 0.004),
  embed('bedrock/amazon.titan-embed-text-v2:0', onBedrock, '/model/amazon.titan-embed-text-v2:0/invoke', { inputText: 'weir' }, { embedding: vector, inputTextTokenCount: 4 }, 0.004),
  embed('bedrock/cohere.embed-english-v3', onBedrock, '/model/cohere.embed-english-v3/invoke', { texts: ['weir'], input_type: 'search_document' }, { embeddings: { float: [vector] } }, 0.004, { answerHeaders: { 'x-amzn-bedrock-input-token-count': '4' } }),
  embed('bedrock/amazon.nova-2-multimodal-embeddings-v1:0', onBedrock, '/model/amazon.nova-2-multimodal-embeddings-v1:0/invoke', { schemaVersion: 'nova-multimodal-embed-v1', taskType: 'SINGLE_EMBEDDING', singleEmbeddingParams: { embeddingPurpose: 'GENERIC_INDEX', embeddingDimension: 256, text: { value: 'weir', truncationMode: 'END' } } }, { embeddings: [{ embeddingType: 'TEXT', embedding: vector }] }, 0.004, { body: { input: 'weir', dimensions: 256 }, answerHeaders: { 'x-amzn-bedrock-input-token-count': '4' } }),
  embed('vertex_ai/text-embedding-005', `${google}, ${perToken}`, '/v1/projects/p1/locations/us-central1/publishers/google/models/text-embedding-005:predict', { instances: [{ content: 'weir' }] }, { predictions: [{ embeddings: { values: vector, statistics: { token_count: 4 } } }] }, 0.004),
  embed('watsonx/ibm/slate', `token: sk-of-provider, ${at}, project_id: p1, ${perToken}`, '/ml/v1/text/embeddings?version=2024-03-13', { model_id: 'ibm/slate', inputs: ['weir'], project_id: 'p1' }, { results: [{ embedding: vector }], input_token_count: 4 }, 0.004),
];

const rerankBody = { query: 'q', documents: ['a', { text: 'b' }], top_n: 1 };
const ranked = { results: [{ index: 1, relevance_score: 0.9 }] };
const perQuery = 'input_cost_per_query: 0.002';
const rerank = (model: string, params: string, sentPath: string, sent: Record<string, unknown>, answer: unknown, costUsd = 0.002, more: Partial<FormCase> = {}): FormCase =>
  ({ model, params, path: '/v1/rerank', body: rerankBody, sentPath, sent, answer, told: ranked, costUsd, ...more });
const cohereRanked = { id: 'r', ...ranked, meta: { billed_units: { search_units: 1 } } };

const reranks: readonly FormCase[] = [
  rerank('cohere/rerank-v3.5', `${key}, ${at}, ${perQuery}`, '/v2/rerank', { model: 'rerank-v3.5', ...rerankBody }, cohereRanked),
  rerank('jina_ai/jina-reranker-v2', `${key}, ${atV1}, ${perToken}`, '/v1/rerank', rerankBody, { ...ranked, usage: { total_tokens: 6 } }, 0.006),
  rerank('infinity/bge', `${key}, ${at}, ${perQuery}`, '/rerank', rerankBody, { ...ranked, usage: { prompt_tokens: 6, total_tokens: 6 } }),
  rerank('together_ai/salesforce/llama-rank', `${key}, ${atV1}, ${perQuery}`, '/v1/rerank', { model: 'salesforce/llama-rank' }, cohereRanked),
  rerank('hosted_vllm/bge', `${key}, ${atV1}, ${perQuery}`, '/v1/rerank', rerankBody, cohereRanked),
  rerank('voyage/rerank-2.5', `${key}, ${atV1}, ${perToken}`, '/v1/rerank', { documents: ['a', 'b'], top_k: 1 }, { data: [{ index: 1, relevance_score: 0.9 }], usage: { total_tokens: 6 } }, 0.006),
  rerank('fireworks_ai/qwen3-reranker', `${key}, ${atV1}, ${perToken}`, '/v1/rerank', { documents: ['a', 'b'] }, { object: 'list', data: [{ index: 1, relevance_score: 0.9, document: 'b' }], usage: { total_tokens: 6 } }, 0.006),
  rerank('huggingface/bge', `${key}, ${at}, ${perQuery}`, '/rerank', { query: 'q', texts: ['a', 'b'] }, [{ index: 1, score: 0.9 }, { index: 0, score: 0.1 }]),
  rerank('nvidia_nim/nvidia/rerank-qa', `${key}, ${atV1}, ${perQuery}`, '/v1/retrieval/nvidia/rerank-qa/reranking', { model: 'nvidia/rerank-qa', query: { text: 'q' }, passages: [{ text: 'a' }, { text: 'b' }] }, { rankings: [{ index: 1, logit: 0.9 }, { index: 0, logit: -2 }] }),
  rerank('deepinfra/Qwen/Qwen3-Reranker', `${key}, ${atV1}, ${perToken}`, '/v1/inference/Qwen/Qwen3-Reranker', { queries: ['q', 'q'], documents: ['a', 'b'] }, { scores: [0.1, 0.9], input_tokens: 6, request_id: 'x' }, 0.006),
  rerank('watsonx/ms-marco', `token: sk-of-provider, ${at}, project_id: p1, ${perToken}`, '/ml/v1/text/rerank?version=2024-03-13', { model_id: 'ms-marco', query: 'q', inputs: [{ text: 'a' }, { text: 'b' }], project_id: 'p1', parameters: { return_options: { top_n: 1 } } }, { results: [{ index: 1, score: 0.9 }], input_token_count: 6 }, 0.006),
  rerank('vertex_ai/semantic-ranker-512', `${google}, ${perQuery}`, '/v1/projects/p1/locations/us-central1/rankingConfigs/default_ranking_config:rank', { model: 'semantic-ranker-512', query: 'q', topN: 1, records: [{ id: '0', title: 'a', content: 'a' }, { id: '1', title: 'b', content: 'b' }] }, { records: [{ id: '1', score: 0.9 }] }),
  rerank('bedrock/cohere.rerank-v3-5:0', `${aws}, ${at}, ${perQuery}`, '/rerank', { queries: [{ type: 'TEXT', textQuery: { text: 'q' } }] }, { results: [{ index: 1, relevanceScore: 0.9 }] }),
];

const perImage = 'output_cost_per_image: 0.04';
const image = (model: string, params: string, sentPath: string, sent: Record<string, unknown>, answer: unknown, more: Partial<FormCase> = {}): FormCase =>
  ({ model, params: `${params}, ${perImage}`, path: '/v1/images/generations', body: { prompt: 'a weir', n: 1, size: '1024x1024' }, sentPath, sent, answer, told: { data: [{ b64_json: 'AAAA' }] }, costUsd: 0.04, ...more });
const openaiImages = { created: 1, data: [{ b64_json: 'AAAA' }] };

const images: readonly FormCase[] = [
  image('openai/dall-e-3', `${key}, ${atV1}`, '/v1/images/generations', { model: 'dall-e-3', prompt: 'a weir', n: 1, size: '1024x1024' }, openaiImages),
  image('azure/dall-e-3', `${key}, ${at}, api_version: "2025-02-01"`, '/openai/deployments/dall-e-3/images/generations?api-version=2025-02-01', { prompt: 'a weir' }, openaiImages),
  image('xai/grok-2-image', `${key}, ${atV1}`, '/v1/images/generations', { model: 'grok-2-image' }, openaiImages),
  image('recraft/recraftv3', `${key}, ${atV1}`, '/v1/images/generations', { model: 'recraftv3' }, openaiImages),
  image('gemini/imagen-4.0-generate-001', `${key}, api_base: "{url}/v1beta"`, '/v1beta/openai/images/generations', { model: 'imagen-4.0-generate-001' }, openaiImages),
  image('vertex_ai/imagen-4.0-generate-001', google, '/v1/projects/p1/locations/us-central1/publishers/google/models/imagen-4.0-generate-001:predict', { instances: [{ prompt: 'a weir' }], parameters: { sampleCount: 1, aspectRatio: '1:1' } }, { predictions: [{ bytesBase64Encoded: 'AAAA' }] }),
  image('vertex_ai/gemini-2.5-flash-image', `${google}, input_cost_per_token: 0.001, output_cost_per_image_token: 0.004`, '/v1/projects/p1/locations/us-central1/publishers/google/models/gemini-2.5-flash-image:generateContent', { contents: [{ role: 'user', parts: [{ text: 'a weir' }] }], generationConfig: { responseModalities: ['TEXT', 'IMAGE'], imageConfig: { aspectRatio: '1:1' } } }, { candidates: [{ content: { parts: [{ text: 'here' }, { inlineData: { mimeType: 'image/png', data: 'AAAA' } }] } }], usageMetadata: { promptTokenCount: 2, candidatesTokenCount: 10 } }, { costUsd: 0.042 }),
  image('bedrock/amazon.nova-canvas-v1:0', `${aws}, aws_bedrock_runtime_endpoint: "{url}"`, '/model/amazon.nova-canvas-v1:0/invoke', { taskType: 'TEXT_IMAGE', textToImageParams: { text: 'a weir' } }, { images: ['AAAA'] }),
  image('bedrock/stability.sd3-5-large-v1:0', `${aws}, aws_bedrock_runtime_endpoint: "{url}"`, '/model/stability.sd3-5-large-v1:0/invoke', { prompt: 'a weir', aspect_ratio: '1:1' }, { images: ['AAAA'] }),
  image('fal_ai/fal-ai/flux/dev', `${key}, ${at}`, '/fal-ai/flux/dev', { prompt: 'a weir', num_images: 1, image_size: { width: 1024, height: 1024 } }, { images: [{ url: 'https://fal.media/x.png' }], seed: 1 }, { told: { data: [{ url: 'https://fal.media/x.png', b64_json: null }] }, header: ['authorization', 'Key sk-of-provider'] }),
  image('openai/gpt-image-1', `${key}, ${atV1}`, '/v1/images/edits', {}, openaiImages, { path: '/v1/images/edits', body: { prompt: 'a hat' }, file: 'image', sentForm: { model: 'gpt-image-1', prompt: 'a hat' } }),
  image('azure/gpt-image-1', `${key}, ${at}, api_version: "2025-02-01"`, '/openai/deployments/gpt-image-1/images/edits?api-version=2025-02-01', {}, openaiImages, { path: '/v1/images/edits', body: { prompt: 'a hat' }, file: 'image', sentForm: { prompt: 'a hat' } }),
  image('openai/dall-e-2', `${key}, ${atV1}`, '/v1/images/variations', {}, openaiImages, { path: '/v1/images/variations', body: { n: '1' }, file: 'image', sentForm: { model: 'dall-e-2', n: '1' } }),
];

const perSecond = 'input_cost_per_second: 0.01';
const transcript = { text: 'hello', duration: 2.5 };
const listen = (model: string, params: string, sentPath: string, more: Partial<FormCase>): FormCase =>
  ({ model, params: `${params}, ${perSecond}`, path: '/v1/audio/transcriptions', body: { language: 'en' }, file: 'file', sentPath, sent: {}, answer: transcript, told: { text: 'hello', duration: 2.5 }, costUsd: 0.025, ...more });
const perCharacter = 'input_cost_per_character: 0.001';
const speak = (model: string, params: string, sentPath: string, sent: Record<string, unknown>, more: Partial<FormCase> = {}): FormCase =>
  ({ model, params: `${params}, ${perCharacter}`, path: '/v1/audio/speech', body: { input: 'hello', voice: 'alloy' }, sentPath, sent, answer: fileBytes, answerHeaders: { 'content-type': 'audio/mpeg' }, told: 'audio/mpeg', costUsd: 0.005, ...more });

const audio: readonly FormCase[] = [
  listen('openai/whisper-1', `${key}, ${atV1}`, '/v1/audio/transcriptions', { sentForm: { model: 'whisper-1', language: 'en' } }),
  listen('groq/whisper-large-v3', `${key}, ${atV1}`, '/v1/audio/translations', { path: '/v1/audio/translations', sentForm: { model: 'whisper-large-v3', language: 'en' } }),
  listen('azure/whisper', `${key}, ${at}, api_version: "2025-02-01"`, '/openai/deployments/whisper/audio/transcriptions?api-version=2025-02-01', { sentForm: { language: 'en' } }),
  listen('deepgram/nova-3', `${key}, ${atV1}`, '/v1/listen?model=nova-3&language=en', { sent: 'file', header: ['authorization', 'Token sk-of-provider'], answer: { metadata: { duration: 2.5 }, results: { channels: [{ alternatives: [{ transcript: 'hello', words: [{ word: 'hello', start: 0, end: 1, confidence: 1 }] }] }] } }, told: { text: 'hello', duration: 2.5, language: 'en', words: [{ word: 'hello', start: 0, end: 1 }] } }),
  listen('elevenlabs/scribe_v1', `${key}, ${at}`, '/v1/speech-to-text', { header: ['xi-api-key', 'sk-of-provider'], sentForm: { model_id: 'scribe_v1', language_code: 'en' }, answer: { language_code: 'en', text: 'hello', words: [{ text: 'hello', start: 0, end: 2.5, type: 'word' }, { text: ' ', start: 2.5, end: 2.6, type: 'spacing' }] }, told: { text: 'hello', language: 'en', duration: 2.5, words: [{ word: 'hello', start: 0, end: 2.5 }] } }),
  speak('openai/tts-1', `${key}, ${atV1}`, '/v1/audio/speech', { model: 'tts-1', input: 'hello', voice: 'alloy' }),
  speak('azure/tts', `${key}, ${at}, api_version: "2025-02-01"`, '/openai/deployments/tts/audio/speech?api-version=2025-02-01', { input: 'hello' }),
  speak('groq/playai-tts', `${key}, ${atV1}`, '/v1/audio/speech', { model: 'playai-tts' }),
  speak('elevenlabs/eleven_multilingual_v2', `${key}, ${at}`, '/v1/text-to-speech/21m00Tcm4TlvDq8ikWAM?output_format=mp3_44100_128', { text: 'hello', model_id: 'eleven_multilingual_v2', voice_settings: { speed: 1.1 } }, { body: { input: 'hello', voice: 'alloy', response_format: 'mp3', speed: 1.1 }, header: ['xi-api-key', 'sk-of-provider'] }),
  speak('gemini/gemini-2.5-flash-preview-tts', `${key}, api_base: "{url}/v1beta", ${perToken}`, '/v1beta/models/gemini-2.5-flash-preview-tts:generateContent', { contents: [{ role: 'user', parts: [{ text: 'hello' }] }], generationConfig: { responseModalities: ['AUDIO'], speechConfig: { voiceConfig: { prebuiltVoiceConfig: { voiceName: 'Puck' } } } } }, { body: { input: 'hello', voice: 'Puck' }, answer: { candidates: [{ content: { parts: [{ inlineData: { mimeType: 'audio/L16;codec=pcm;rate=24000', data: 'AAEC' } }] } }], usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 20 } }, answerHeaders: {}, told: 'audio/wav', costUsd: 0.043 }),
];

const judged = { id: 'm', model: 'm', results: [{ flagged: true, categories: { 'hate/threatening': true, 'self-harm': false }, category_scores: { 'hate/threatening': 0.9 } }] };
const moderations: readonly FormCase[] = ['openai/omni-moderation-latest', 'mistral/mistral-moderation-latest'].map((model) => ({
  model, params: `${key}, ${atV1}, input_cost_per_request: 0.0001`, path: '/v1/moderations', body: { input: 'x' }, sentPath: '/v1/moderations', sent: { model: model.slice(model.indexOf('/') + 1), input: 'x' },
  answer: judged, told: { results: [{ flagged: true, categories: { 'hate/threatening': true, 'hate_threatening': true, 'self_harm': false, 'violence': null }, category_scores: { hate_threatening: 0.9 }, category_applied_input_types: null }] }, costUsd: 0.0001,
}));

/** All of them. */
export const formCases: readonly FormCase[] = [...embeddings, ...reranks, ...images, ...audio, ...moderations];
