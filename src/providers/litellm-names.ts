// LiteLLM's names of providers (version 1.106.2), and why those that are no row here are none: so that nobody who comes from there has to guess.

/** All of LiteLLM's prefixes. */
export const litellmNames: readonly string[] = [
  'a2a', 'a2a_agent', 'abliteration', 'ai21', 'ai21_chat', 'aihubmix', 'aiml', 'aiohttp_openai', 'amazon_nova', 'anthropic', 'anthropic_text',
  'apertis', 'assemblyai', 'auto_router', 'aws_polly', 'aws_textract', 'azure', 'azure_ai', 'azure_speech', 'azure_text', 'baseten', 'bedrock',
  'bedrock_mantle', 'black_forest_labs', 'bytez', 'cerebras', 'charity_engine', 'chatgpt', 'chutes', 'clarifai', 'cloudflare', 'codestral',
  'cognition', 'cohere', 'cohere_chat', 'cometapi', 'compactifai', 'cortecs', 'crusoe', 'cursor', 'custom', 'custom_openai', 'darkbloom',
  'dashscope', 'databricks', 'datarobot', 'deepgram', 'deepinfra', 'deepseek', 'docker_model_runner', 'dotprompt', 'edenai', 'elevenlabs',
  'empiriolabs', 'empower', 'fal_ai', 'featherless_ai', 'fireworks_ai', 'friendliai', 'galadriel', 'gdc', 'gemini', 'gigachat', 'github',
  'github_copilot', 'gmi', 'gradient_ai', 'groq', 'helicone', 'heroku', 'hosted_vllm', 'huggingface', 'humanloop', 'hyperbolic', 'inception',
  'infinity', 'jina_ai', 'lambda_ai', 'langflow', 'langfuse', 'langgraph', 'lemonade', 'libertai', 'litellm_agent', 'litellm_proxy', 'llamafile',
  'llamagate', 'lm_studio', 'manus', 'maritalk', 'meta', 'meta_llama', 'milvus', 'minimax', 'mistral', 'modelscope', 'mongodb', 'moonshot', 'morph',
  'nadir', 'nano-gpt', 'nebius', 'neosantara', 'nlp_cloud', 'novita', 'nscale', 'nvidia_nim', 'nvidia_riva', 'oci', 'ollama', 'ollama_chat',
  'oobabooga', 'openai', 'openai_like', 'openrouter', 'ovhcloud', 'parasail', 'perplexity', 'petals', 'pg_vector', 'pinstripes', 'poe', 'predibase',
  'prism', 'publicai', 'qwen_ai_platform', 'qwencloud', 'ragflow', 'recraft', 'reducto', 'reka', 'replicate', 'runwayml', 's3_vectors', 'sagemaker',
  'sagemaker_chat', 'sagemaker_nova', 'sail', 'sambanova', 'sap', 'sarvam', 'scaleway', 'scx-ai', 'snowflake', 'soniox', 'stability',
  'strands_decider', 'synthetic', 'tencent', 'tensormesh', 'text-completion-codestral', 'text-completion-inception', 'text-completion-openai',
  'together_ai', 'topaz', 'transcribe', 'triton', 'typesafe', 'v0', 'valkey', 'veniceai', 'vercel_ai_gateway', 'vertex_ai', 'vertex_ai_beta', 'vllm',
  'volcengine', 'voyage', 'wandb', 'watsonx', 'watsonx_text', 'xai', 'xiaomi_mimo', 'xinference', 'zai',
];

const agents = 'An agent, not a model: it has an API of its own with tasks and threads.';
const vectors = 'A store of vectors, not a model.';
const prompts = 'A store of prompts, not a provider: name the provider of the model.';
const sound = 'Speech or transcription with a wire of its own, and no chat.';
const pictures = 'Images or video with a wire of its own, and no chat.';
const papers = 'Reads documents, and has no chat.';
const choices = 'A part of LiteLLM that chooses among its models: Weir has `router_settings` for that.';

/** Why a name of LiteLLM's is no row. */
export const reasonsAgainst: Readonly<Record<string, string>> = {
  a2a: agents, a2a_agent: agents, cursor: agents, langflow: agents, langgraph: agents, litellm_agent: agents,
  anthropic_text: 'Anthropic has closed its text completions and the models behind them: use `anthropic/`.',
  auto_router: choices, strands_decider: choices, typesafe: choices,
  custom: 'Python code in LiteLLM\'s own process: put it behind an HTTP server and use `custom_openai/`.',
  dotprompt: prompts, humanloop: prompts, langfuse: prompts,
  milvus: vectors, mongodb: vectors, pg_vector: vectors, s3_vectors: vectors, valkey: vectors,
  aws_polly: sound, azure_speech: sound, nvidia_riva: sound, soniox: sound, transcribe: sound,
  black_forest_labs: pictures, runwayml: pictures, stability: pictures, topaz: pictures,
  aws_textract: papers, reducto: papers,
  petals: 'A swarm of volunteers whose public service has ended; its API was never one for chat.',
  triton: 'Each model has a body of its own there. Triton\'s OpenAI front end is `hosted_vllm/` or `custom_openai/` with `api_base`.',
};
