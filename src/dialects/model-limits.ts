// What a model, not its dialect, refuses: the request without it. Providers answer such requests with 400, and clients of another dialect
// cannot know which model they talk to.
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { effortOf } from '../canonical/reasoning.ts';
import type { CanonicalRequest } from '../canonical/request.ts';
import type { Sampling, Target } from './dialect.ts';
import type { Dropped } from './dropped.ts';

type Member = 'temperature' | 'topP' | 'topK' | 'presencePenalty' | 'frequencyPenalty' | 'logitBias' | 'logprobs' | 'topLogprobs' | 'stopSequences';

// Each with its name in Chat Completions, and the value that says no more than saying nothing.
const members: Readonly<Record<Member, readonly [name: string, usual: unknown]>> = {
  temperature: ['temperature', 1], topP: ['top_p', 1], topK: ['top_k', undefined], presencePenalty: ['presence_penalty', 0], frequencyPenalty: ['frequency_penalty', 0],
  logitBias: ['logit_bias', undefined], logprobs: ['logprobs', false], topLogprobs: ['top_logprobs', 0], stopSequences: ['stop', undefined],
};
const numbers = ['temperature', 'topP', 'topK'] as const;
const whileThinking = ['temperature', 'topP', 'logprobs', 'topLogprobs'] as const;
// OpenAI's reasoning models never take these.
const never = ['presencePenalty', 'frequencyPenalty', 'logitBias', 'stopSequences'] as const;

/** The members of a chat body that a model with this much sampling refuses, by their names. `effort` is what the body asks for. */
export function refusedSampling(sampling: Sampling | undefined, effort: string | undefined): readonly Member[] {
  switch (sampling) {
    case 'none': return numbers;
    case 'not-thinking': return effort === 'none' ? never : [...whileThinking, ...never];
    case 'not-asked-to-think': return effort === undefined || effort === 'none' ? never : [...whileThinking, ...never];
    default: return [];
  }
}

/** A member's name in Chat Completions. */
export const chatNameOf = (member: Member): string => members[member][0];

/**
 * The request as far as the model takes it; what is left out is named. Clients of Chat Completions are refused instead unless they let
 * parameters be dropped, as in LiteLLM.
 */
export function withinModel(request: CanonicalRequest, { capabilities, model, dropParams }: Target, dropped: Dropped): Result<CanonicalRequest> {
  const { sampling, maxOutputTokens } = capabilities;
  const tooLong = maxOutputTokens !== undefined && (request.maxOutputTokens ?? 0) > maxOutputTokens;
  if (sampling === undefined && !tooLong) return ok(request);
  const limited: CanonicalRequest = { ...request };
  if (tooLong) limited.maxOutputTokens = maxOutputTokens;
  if (sampling === 'one') oneNumber(limited, dropped);
  for (const member of refusedSampling(sampling, effortOf(request.reasoning))) {
    const value = limited[member];
    if (value === undefined) continue;
    const [name, usual] = members[member];
    delete limited[member];
    if (value === usual) continue;
    if (!dropParams && request.dialect.startsWith('openai-c')) return fail(refusal(model, name, value));
    dropped.add(name);
  }
  return ok(limited);
}

// Of two numbers the one that says something stays; of two that do, the temperature.
function oneNumber(request: CanonicalRequest, dropped: Dropped): void {
  const { temperature, topP } = request;
  if (temperature === undefined || topP === undefined) return;
  if (temperature === 1) delete request.temperature;
  else {
    delete request.topP;
    if (topP !== 1) dropped.add('top_p');
  }
}

const refusal = (model: string, name: string, value: unknown) => fault(
  'parameter_unsupported', `${model} does not support ${name}=${JSON.stringify(value)}. To drop unsupported params, set \`litellm.drop_params = True\`.`, { param: name },
);
