// What a request body must have before anything is done for it. Types are told by the first byte; nothing is parsed.
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { maxModelCharacters } from '../lib/bounds.ts';
import type { CallKind } from './exchange.ts';
import type { JsonBody } from '../lib/json-body.ts';

interface Required {
  name: string;
  kinds: readonly string[];
  /** How LiteLLM names the route in its message. */
  label: string;
}

const chatParameters: Readonly<Record<string, readonly Required[]>> = {
  'openai-chat': [{ name: 'messages', kinds: ['array'], label: '/chat/completions' }],
  'openai-completions': [{ name: 'prompt', kinds: ['string', 'array'], label: '/completions' }],
  'openai-responses': [{ name: 'input', kinds: ['string', 'array'], label: '/responses' }],
  'anthropic-messages': [
    { name: 'messages', kinds: ['array'], label: 'anthropic_messages' },
    { name: 'max_tokens', kinds: ['number'], label: 'anthropic_messages' },
  ],
  'gemini': [{ name: 'contents', kinds: ['array', 'object', 'string'], label: 'generateContent' }],
};

const operationParameters: Readonly<Record<string, readonly Required[]>> = {
  'embeddings': [{ name: 'input', kinds: ['string', 'array'], label: '/embeddings' }],
  'moderations': [{ name: 'input', kinds: ['string', 'array'], label: '/moderations' }],
  'rerank': [{ name: 'query', kinds: ['string', 'object'], label: '/rerank' }, { name: 'documents', kinds: ['array'], label: '/rerank' }],
  'images-generations': [{ name: 'prompt', kinds: ['string'], label: '/images/generations' }],
  'images-edits': [{ name: 'prompt', kinds: ['string'], label: '/images/edits' }],
  'images-variations': [{ name: 'image', kinds: ['string'], label: '/images/variations' }],
  'audio-speech': [{ name: 'input', kinds: ['string'], label: '/audio/speech' }],
  'audio-transcriptions': [{ name: 'file', kinds: ['string'], label: '/audio/transcriptions' }],
  'audio-translations': [{ name: 'file', kinds: ['string'], label: '/audio/translations' }],
  'responses-input-tokens': [{ name: 'input', kinds: ['string', 'array'], label: '/responses/input_tokens' }],
};

// Where LiteLLM asks for a missing model by name, as for other parameters; elsewhere it knows no model `None`.
const modelNamed: Readonly<Partial<Record<string, string>>> = { 'rerank': '/rerank', 'audio-speech': '/audio/speech' };

const isAbsent = (body: JsonBody, name: string): boolean => ['missing', 'null'].includes(body.kindOf(name));
const missing = (label: string, name: string): Result<never> => fail(fault('parameter_missing', `${label}: Missing required parameter: '${name}'.`, { param: name }));

/**
 * Checks that what the route needs is there and of the right kind. The model is looked at apart, since it may stand in the path
 * (`modelIsElsewhere`).
 */
export function checkParameters(body: JsonBody, kind: CallKind, modelIsElsewhere = false): Result<null> {
  const list = kind.type === 'chat' ? chatParameters[kind.dialect] : operationParameters[kind.operation];
  const namesModel = kind.type === 'operation' && !modelIsElsewhere ? modelNamed[kind.operation] : undefined;
  if (namesModel !== undefined && isAbsent(body, 'model')) return missing(namesModel, 'model');
  const odd = kind.type === 'chat' ? oddShape(body) : null;
  if (odd !== null) return fail(fault('parameter_invalid', `Invalid request format: ${odd}`));
  for (const { name, kinds, label } of list ?? []) {
    if (isAbsent(body, name)) return missing(label, name);
    const found = body.kindOf(name);
    if (!kinds.includes(found)) {
      return fail(fault('parameter_invalid', `${label}: '${name}' must be ${article(kinds)}, got ${article([found])}.`));
    }
  }
  return ok(null);
}

// What no provider can read: turns that are no objects, tools that are no list. Only the first turn is looked at, by its first byte; what is
// wrong further inside the provider says.
function oddShape(body: JsonBody): string | null {
  const first = body.firstItem('messages');
  if (first !== undefined && first !== 0x7b && first !== 0x5d) return "'messages' must be a list of objects.";
  const tools = body.kindOf('tools');
  return tools === 'string' || tools === 'number' || tools === 'boolean' ? `'tools' must be an array, got ${article([tools])}.` : null;
}

/** The model's name: from the path where the route has it there, else from the body. LiteLLM writes `None` for a missing one. */
export function modelOf(body: JsonBody, fromPath: string | null): Result<string> {
  if (fromPath !== null) return ok(fromPath);
  const found = body.kindOf('model');
  if (found === 'missing' || found === 'null') return fail(fault('model_unknown', 'You passed in model=None. There are no healthy deployments for this model'));
  const model = body.get('model');
  if (typeof model !== 'string') return fail(fault('model_not_a_string', "'model' must be a string."));
  if (model.length > maxModelCharacters) {
    return fail(fault('model_unknown', `You passed in model=${model.slice(0, 100)}… There are no healthy deployments for this model`));
  }
  return ok(model);
}

function article(kinds: readonly string[]): string {
  return kinds.map((kind) => (kind === 'null' ? 'null' : `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`)).join(' or ');
}
