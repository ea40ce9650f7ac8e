// What families of models on Bedrock take beside what all of them take. Names are matched anywhere, so that regions and profiles
// (`us.`, `arn:…/`) before them do not matter.
import type { JsonObject } from '../../lib/json.ts';

/** What a family takes. */
export interface Family {
  models: RegExp;
  /** Cache points; with a lifetime, and behind tools too, only Anthropic's. */
  cachePoints: 'all' | 'messages' | null;
  /** The choices that it understands beside `auto`. */
  toolChoices: readonly ('required' | 'tool')[];
  /** How it is told how much to think. */
  reasoning: 'anthropic' | 'nova' | 'effort' | null;
  /** Takes its own reasoning back, with a signature. */
  reasoningInHistory: boolean;
  /** Of a tool's schema it takes only type, properties and required at the top, and no references. (docs.aws.amazon.com/nova/latest/userguide/prompting-tool-troubleshooting.html) */
  plainSchemas?: true;
  /** Searches the web itself, by a tool of the system. */
  grounds?: true;
  /** The member of `additionalModelRequestFields` for `top_k`. */
  topK: ((topK: number) => JsonObject) | null;
}

const plainTopK = (topK: number): JsonObject => ({ top_k: topK });
const all = ['required', 'tool'] as const;

/** The families, the first that matches wins. */
const families: readonly Family[] = [
  { models: /claude|anthropic/, cachePoints: 'all', toolChoices: all, reasoning: 'anthropic', reasoningInHistory: true, topK: plainTopK },
  {
    models: /nova/, cachePoints: 'messages', toolChoices: all, reasoning: 'nova', reasoningInHistory: false,
    plainSchemas: true, grounds: true, topK: (topK) => ({ inferenceConfig: { topK } }),
  },
  { models: /mistral|mixtral|pixtral|ministral|magistral/, cachePoints: null, toolChoices: ['required'], reasoning: null, reasoningInHistory: false, topK: plainTopK },
  { models: /gpt-oss|openai/, cachePoints: null, toolChoices: all, reasoning: 'effort', reasoningInHistory: false, topK: null },
  { models: /qwen|kimi|moonshot|minimax|glm|nemotron|deepseek/, cachePoints: null, toolChoices: all, reasoning: null, reasoningInHistory: false, topK: null },
  { models: /cohere|command/, cachePoints: null, toolChoices: [], reasoning: null, reasoningInHistory: false, topK: (topK) => ({ k: topK }) },
  // A name that tells nothing (an inference profile of one's own): everything is sent, and the model decides.
  { models: /^(?:[a-z]{2}-[\w-]+\/)?arn:/, cachePoints: 'all', toolChoices: all, reasoning: 'anthropic', reasoningInHistory: true, topK: plainTopK },
];
const others: Family = { models: /./, cachePoints: null, toolChoices: [], reasoning: null, reasoningInHistory: false, topK: null };

/** The family of a model. */
export function familyOf(model: string): Family {
  const name = model.toLowerCase();
  return families.find(({ models }) => models.test(name)) ?? others;
}

/** Nova models that reason: the second generation. */
export const isReasoningNova = (model: string): boolean => /nova-2|nova-premier-2|nova-pro-2/.test(model.toLowerCase());
