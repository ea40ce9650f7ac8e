// Which of OpenAI's chat parameters reach a deployment's provider: `/utils/supported_openai_params` and `/model/info`. Nobody keeps a list:
// each parameter is written once in the provider's dialect, and what is left behind is what it does not take.
import { dialectOf } from '../dialects/registry.ts';
import type { Deployment, Lane } from '../routing/deployment.ts';
import type { JsonObject } from '../lib/json.ts';

const tool: JsonObject = { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object', properties: {} } } };
const tools = [tool];

/** OpenAI's chat parameters, each with a body that uses it. Null: the gateway itself sees to it. */
const samples: Readonly<Record<string, JsonObject | null>> = {
  frequency_penalty: { frequency_penalty: 0.5 }, logit_bias: { logit_bias: { 1: 1 } }, logprobs: { logprobs: true }, top_logprobs: { logprobs: true, top_logprobs: 2 },
  max_tokens: { max_tokens: 8 }, max_completion_tokens: { max_completion_tokens: 8 }, modalities: { modalities: ['text', 'audio'] }, prediction: { prediction: { type: 'content', content: 'x' } },
  n: { n: 2 }, presence_penalty: { presence_penalty: 0.5 }, seed: { seed: 1 }, stop: { stop: ['x'] }, stream: null, stream_options: null, temperature: { temperature: 0.5 }, top_p: { top_p: 0.5 },
  tools: { tools }, tool_choice: { tools, tool_choice: 'required' }, function_call: { functions: [tool['function'] ?? null], function_call: 'auto' }, functions: { functions: [tool['function'] ?? null] },
  max_retries: null, extra_headers: null, parallel_tool_calls: { tools, parallel_tool_calls: false }, audio: { audio: { voice: 'alloy', format: 'mp3' } }, web_search_options: { web_search_options: {} },
  service_tier: { service_tier: 'auto' }, safety_identifier: { safety_identifier: 'x' }, prompt_cache_key: { prompt_cache_key: 'x' }, prompt_cache_retention: { prompt_cache_retention: '24h' }, store: { store: true }, response_format: { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object', properties: {} } } } },
  reasoning_effort: { reasoning_effort: 'low' }, user: { user: 'u' }, verbosity: { verbosity: 'low' },
};

// What a model that is known not to be able to leaves out.
const abilities: readonly (readonly [string, readonly string[]])[] = [
  ['function_calling', ['tools', 'tool_choice', 'function_call', 'functions', 'parallel_tool_calls']], ['reasoning', ['reasoning_effort']],
];
// A price map's row that names no abilities says nothing about them.
const tellingRow = (supports: ReadonlySet<string>): boolean => supports.size > 1;

const known = new WeakMap<Deployment, readonly string[]>();

/** The parameters that a deployment takes; none where its provider has no chat. */
export function supportedParams(deployment: Deployment): readonly string[] {
  let names = known.get(deployment);
  if (!names) known.set(deployment, (names = findOut(deployment)));
  return names;
}

function findOut(deployment: Deployment): readonly string[] {
  const lane = deployment.lanes.get('openai-chat');
  if (!lane) return [];
  const { supports } = deployment;
  const missing = new Set(supports && tellingRow(supports) ? abilities.flatMap(([ability, names]) => (supports.has(ability) ? [] : names)) : []);
  return Object.entries(samples).filter(([name, sample]) => !missing.has(name) && !lane.rules.omit.includes(name) && (sample === null || !lane.translate || isSaid(name, sample, deployment, lane))).map(([name]) => name);
}

function isSaid(name: string, sample: JsonObject, { capabilities, model, knownAs, defaultMaxOutputTokens }: Deployment, lane: Lane): boolean {
  const read = dialectOf('openai-chat').readRequest({ model, messages: [{ role: 'user', content: 'hi' }], ...sample }, model, false);
  if (!read.ok) return false;
  const written = dialectOf(lane.outbound).writeRequest(read.value, { model, knownAs, capabilities, defaultMaxOutputTokens, dropParams: true, modifyParams: true });
  return written.ok && !written.value.dropped.some((path) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`));
}
