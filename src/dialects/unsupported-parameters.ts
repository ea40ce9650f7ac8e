// Parameters that the Messages and the Converse dialect have no word for.
import { fault, type Fault } from '../canonical/fault.ts';
import type { CanonicalRequest } from '../canonical/request.ts';

/** The ones that this request sets to something that changes the answer, by their OpenAI names. */
export function unsupportedParameters(request: CanonicalRequest): string[] {
  const members: [string, boolean][] = [
    ['n', request.n !== undefined && request.n !== 1],
    ['seed', request.seed !== undefined],
    ['presence_penalty', (request.presencePenalty ?? 0) !== 0],
    ['frequency_penalty', (request.frequencyPenalty ?? 0) !== 0],
    ['logit_bias', Object.keys(request.logitBias ?? {}).length > 0],
    ['logprobs', request.logprobs === true],
    ['top_logprobs', (request.topLogprobs ?? 0) !== 0],
  ];
  return members.filter(([, isSet]) => isSet).map(([name]) => name);
}

/** What a client is told of them, in LiteLLM's words: clients look for these. `provider`: LiteLLM's name of it. */
export function refusedParameters(provider: string, names: readonly string[], model: string): Fault {
  const list = `[${names.map((name) => `'${name}'`).join(', ')}]`;
  const text = `${provider} does not support parameters: ${list}, for model=${model}. To drop these, set \`litellm.drop_params=True\` or for proxy:\n\n\`litellm_settings:\n drop_params: true\`\n`;
  return fault('parameter_unsupported', text, { param: names[0] ?? null });
}
