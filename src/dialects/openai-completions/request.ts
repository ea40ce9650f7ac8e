// Requests of the legacy Completions dialect: one prompt, no turns.
import type { CanonicalRequest, Message } from '../../canonical/request.ts';
import { fail, fault, ok } from '../../canonical/fault.ts';
import type { Result } from '../../canonical/fault.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { defined, objectAt } from '../../lib/json.ts';
import type { Target, WrittenRequest } from '../dialect.ts';
import { BodyCheck } from '../body-check.ts';
import { Dropped } from '../dropped.ts';

const readMembers = new Set([
  'model', 'prompt', 'stream', 'stream_options', 'max_tokens', 'temperature', 'top_p', 'n', 'logprobs', 'stop', 'presence_penalty',
  'frequency_penalty', 'logit_bias', 'seed', 'user',
]);

/** Reads a body. Only one prompt in words can become a conversation. */
export function readRequest(body: JsonObject, model: string, stream: boolean): Result<CanonicalRequest> {
  const given = body['prompt'];
  if (given === undefined || given === null) {
    return fail(fault('parameter_missing', "/completions: Missing required parameter: 'prompt'.", { param: 'prompt' }));
  }
  const prompt = Array.isArray(given) && given.length === 1 ? given[0] : given;
  if (typeof prompt !== 'string') {
    return fail(fault('parameter_invalid', "Invalid value for 'prompt': this model takes one prompt as a string; lists of prompts and tokens need a completions model.", { param: 'prompt' }));
  }
  const check = new BodyCheck();
  const logprobs = check.number(body, 'logprobs');
  const extra: JsonObject = {};
  for (const [key, value] of Object.entries(body)) if (!readMembers.has(key)) extra[key] = value;
  const request = defined<CanonicalRequest>({
    dialect: 'openai-completions', model, stream, messages: [{ role: 'user', parts: prompt === '' ? [] : [{ type: 'text', text: prompt }] }],
    tools: [], maxOutputTokens: check.number(body, 'max_tokens'), temperature: check.number(body, 'temperature'), topP: check.number(body, 'top_p'),
    n: check.number(body, 'n'), stopSequences: check.strings(body, 'stop'), presencePenalty: check.number(body, 'presence_penalty'),
    frequencyPenalty: check.number(body, 'frequency_penalty'), logitBias: check.object(body, 'logit_bias'), seed: check.number(body, 'seed'),
    user: check.string(body, 'user'), logprobs: logprobs === undefined ? undefined : true, topLogprobs: logprobs,
    includeUsage: objectAt(body, 'stream_options')?.['include_usage'] === true, extra,
  });
  return check.fault ? fail(check.fault) : ok(request);
}

/** Writes a body: the conversation as one text. */
export function writeRequest(request: CanonicalRequest, target: Target): Result<WrittenRequest> {
  const dropped = new Dropped();
  const body: JsonObject = request.dialect === 'openai-completions' ? { ...request.extra } : {};
  if (request.dialect !== 'openai-completions') for (const member of Object.keys(request.extra)) dropped.add(member);
  const members: [string, Json | undefined][] = [
    ['model', target.model], ['prompt', promptOf(request.messages, dropped)], ['max_tokens', request.maxOutputTokens],
    ['temperature', request.temperature], ['top_p', request.topP], ['n', request.n], ['logprobs', request.logprobs ? request.topLogprobs ?? 0 : undefined],
    ['stop', request.stopSequences], ['presence_penalty', request.presencePenalty], ['frequency_penalty', request.frequencyPenalty],
    ['logit_bias', request.logitBias], ['seed', request.seed], ['user', request.user],
  ];
  for (const [member, value] of members) if (value !== undefined) body[member] = value;
  const unsaid: [string, unknown][] = [['reasoning_effort', request.reasoning], ['response_format', request.responseFormat], ['top_k', request.topK]];
  for (const [member, value] of unsaid) if (value !== undefined) dropped.add(member);
  if (request.tools.length > 0) dropped.add('tools');
  if (request.stream) {
    body['stream'] = true;
    if (target.capabilities.streamUsage) body['stream_options'] = { include_usage: true };
  }
  return ok({ body, dropped: dropped.list() });
}

const speakers = { system: 'System', developer: 'System', user: 'User', assistant: 'Assistant' } as const;

function promptOf(messages: Message[], dropped: Dropped): string {
  const turns = messages.map((message, index) => {
    const texts = message.parts.flatMap((part) => (part.type === 'text' ? [part.text] : []));
    if (texts.length < message.parts.length) dropped.add(`messages[${index}].content`);
    return { speaker: speakers[message.role], text: texts.join('\n') };
  });
  const [only] = turns;
  // A single text is a prompt as it is.
  if (turns.length === 1 && only) return only.text;
  return `${turns.map(({ speaker, text }) => `${speaker}: ${text}`).join('\n\n')}\n\nAssistant:`;
}
