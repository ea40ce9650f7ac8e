// Small things of a request that only its own dialect knows and that every writer of another dialect leaves out in the same way.
// Cache marks are not among them: they change what a request costs, not what is answered.
import type { CanonicalRequest, Part } from '../canonical/request.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Dropped } from './dropped.ts';
import { isJsonObject } from '../lib/json.ts';

/** What the target's dialect has a place for. */
interface Places {
  /** Participants' names. */
  names?: true;
  /** What a document is about, and the wish to cite it. */
  documents?: true;
  /** How closely a picture is looked at. */
  detail?: true;
  /** How many words an answer has. */
  verbosity?: true;
}

const places: Readonly<Partial<Record<DialectName, Places>>> = {
  'openai-chat': { names: true, detail: true, verbosity: true },
  'openai-responses': { detail: true, verbosity: true },
  'anthropic-messages': { documents: true },
  'bedrock-converse': { documents: true },
};

// The members of a dialect's own object for thinking that have a counterpart elsewhere. `display` only tells how much of it is shown.
const knownReasoning: Readonly<Partial<Record<DialectName, { member: string; keys: ReadonlySet<string> }>>> = {
  'openai-responses': { member: 'reasoning', keys: new Set(['effort', 'summary', 'generate_summary']) },
  'anthropic-messages': { member: 'thinking', keys: new Set(['type', 'budget_tokens', 'display']) },
};

/** Names what a request of another dialect says and this target cannot. */
export function dropUnsaid(request: CanonicalRequest, target: DialectName, dropped: Dropped): void {
  if (request.dialect === target) return;
  const { names, documents, detail, verbosity } = places[target] ?? {};
  if (request.verbosity !== undefined && !verbosity) dropped.add('verbosity');
  for (const [index, { name, parts }] of request.messages.entries()) {
    if (name !== undefined && !names) dropped.add(`messages[${index}].name`);
    if (documents && detail) continue;
    for (const [place, part] of parts.entries()) {
      if (part.type === 'document' && !documents) dropDocument(part, `messages[${index}].content[${place}]`, dropped);
      // `auto` is what everyone does who is told nothing.
      if (part.type === 'image' && !detail && part.detail !== undefined && part.detail !== 'auto') dropped.add(`messages[${index}].content[${place}].detail`);
    }
  }
  const { source } = request.reasoning ?? {};
  const known = source && source.dialect === request.dialect ? knownReasoning[source.dialect] : undefined;
  if (!source || !known) return;
  for (const key of Object.keys(source.value)) if (!known.keys.has(key)) dropped.add(`${known.member}.${key}`);
}

function dropDocument({ context, citations }: Extract<Part, { type: 'document' }>, path: string, dropped: Dropped): void {
  if (context !== undefined) dropped.add(`${path}.context`);
  if (isJsonObject(citations) && citations['enabled'] === true) dropped.add(`${path}.citations`);
}

/** Names OpenAI's key of the prompt cache where it is lost. Sessions of other clients become one on the way, and nobody misses it. */
export function dropCacheKey(request: CanonicalRequest, dropped: Dropped): void {
  if (request.promptCacheKey !== undefined && request.dialect.startsWith('openai-')) dropped.add('prompt_cache_key');
}
