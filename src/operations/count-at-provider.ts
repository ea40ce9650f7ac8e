// Input tokens of a request, counted by the provider that would answer it: only it knows how its model cuts text.
import { boundedBody } from '../http/bounded-body.ts';
import { applyPatches } from '../lib/patch.ts';
import { findMember } from '../lib/json-members.ts';
import { parseJsonObject, type JsonObject } from '../lib/json.ts';
import { passThrough } from '../upstream/pass-through.ts';
import { providerModel, type ModelGroup } from '../routing/model-groups.ts';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { Lane } from '../routing/deployment.ts';
import type { Wire } from '../upstream/connection.ts';

// A client that counts wants to go on: an estimate now is worth more than a count later.
const timeoutMs = 10_000;
const maxAnswerBytes = 64 * 1024;

/** The dialects whose providers count. */
export type CountingDialect = 'anthropic-messages' | 'gemini';

interface Counter {
  /** Where the provider counts, from where it answers; null: it does not. */
  address(url: string): string | null;
  /** The tokens in its answer. */
  read(answer: JsonObject): unknown;
}

// https://docs.claude.com/en/api/messages-count-tokens, https://ai.google.dev/api/tokens
const counters: Readonly<Record<CountingDialect, Counter>> = {
  'anthropic-messages': { address: (url) => (url.endsWith('/messages') ? `${url}/count_tokens` : null), read: (answer) => answer['input_tokens'] },
  'gemini': { address: (url) => (url.includes(':generateContent') ? url.replace(':generateContent', ':countTokens') : null), read: (answer) => answer['totalTokens'] },
};

/** A provider's count. */
export interface ProviderCount {
  tokens: number;
  /** What the provider answered. */
  answer: JsonObject;
}

/**
 * What the provider counts for `body`, which is in `dialect`; null when no deployment of the group speaks it, or the provider does not
 * answer: then there is still the estimate. One deployment is asked, once.
 */
export async function countAtProvider(dialect: CountingDialect, body: JsonBody, group: ModelGroup, wire: Wire, signal: CancelSignal): Promise<ProviderCount | null> {
  const counter = counters[dialect];
  for (const deployment of group.deployments) {
    const lane = deployment.lanes.get(dialect);
    const model = providerModel(deployment, group.captured);
    const url = lane && counts(lane) && deployment.mockResponse === null && deployment.credential.kind !== 'unset' ? counter.address(lane.url(model, false)) : null;
    if (!lane || url === null || deployment.signIn) continue;
    const passed = await passThrough({ method: 'POST', url, headers: lane.headers, body: [renamed(body, model)], signal, timeoutMs }, deployment, wire);
    const bytes = passed.ok ? await readable(passed.value) : null;
    const answer = bytes && parseJsonObject(bytes.toString('utf8'));
    const tokens = answer && counter.read(answer);
    return answer && typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens >= 0 ? { tokens, answer } : null;
  }
  return null;
}

async function readable(response: Response): Promise<Buffer | null> {
  try {
    return await boundedBody(response, maxAnswerBytes);
  } catch {
    return null;
  }
}

const counts = (lane: Lane): boolean => !lane.translate && lane.form === null;

/** The body with the provider's name of the model; bodies of Gemini name none. */
function renamed({ bytes, outline }: JsonBody, model: string): Buffer {
  const member = findMember(outline, 'model');
  return member ? applyPatches(bytes, [{ start: member.valueStart, end: member.valueEnd, text: JSON.stringify(model) }]) : bytes;
}
