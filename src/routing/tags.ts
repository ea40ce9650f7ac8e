// Which deployments a request's tags choose, as LiteLLM does. A tag chooses deployments that have it; `&tag` demands it beside the others;
// `!tag` leaves deployments out that have it. `tag_regex` of a deployment is held against the client's `User-Agent`.
import type { Deployment } from './deployment.ts';

/** Settings of tags. */
export interface TagSettings {
  tagFiltering: boolean;
  /** `model_info.enable_tag_filtering` by model name; comes before `tagFiltering`. */
  tagFilteringByGroup: ReadonlyMap<string, boolean>;
  tagMatchAny: boolean;
  /** `tag_routing_prefix`: cut off before tags are compared; empty: nothing is. */
  tagPrefix: string;
}

/** What a request brings along. */
export interface TaggedRequest {
  tags: readonly string[];
  userAgent: string | null;
}

/** The deployments that may be taken; none when the tags fit none of them. */
export function filterByTags(candidates: readonly Deployment[], { tags: given, userAgent }: TaggedRequest, { tagMatchAny, tagPrefix }: TagSettings): readonly Deployment[] {
  const tags = tagPrefix === '' ? given : given.map((tag) => (tag.startsWith(tagPrefix) ? tag.slice(tagPrefix.length) : tag));
  const marked = (mark: string): string[] => tags.filter((tag) => tag.length > 1 && tag.startsWith(mark)).map((tag) => tag.slice(1));
  const [required, refused] = [marked('&'), marked('!')];
  const wanted = tags.filter((tag) => !tag.startsWith('&') && !tag.startsWith('!'));
  const allowed = required.length + refused.length === 0
    ? candidates
    : candidates.filter((candidate) => required.every((tag) => candidate.tags.includes(tag)) && !refused.some((tag) => candidate.tags.includes(tag)));
  const header = userAgent === null ? null : `User-Agent: ${userAgent}`;
  const byHeader = header !== null && required.length === 0 && allowed.some(({ tagRegex }) => tagRegex.length > 0);
  if (wanted.length === 0 && !byHeader) {
    // Tags that only demand or refuse choose among all that is left.
    if (tags.length > 0) return allowed;
    return defaultsOf(allowed) ?? allowed;
  }
  const matching = allowed.filter((candidate) => isWanted(candidate, wanted, tagMatchAny) || (header !== null && fitsHeader(candidate, header, tagMatchAny)));
  return matching.length > 0 ? matching : defaultsOf(allowed) ?? (wanted.length === 0 ? allowed : []);
}

function defaultsOf(candidates: readonly Deployment[]): readonly Deployment[] | null {
  const byDefault = candidates.filter((candidate) => candidate.tags.includes('default'));
  return byDefault.length > 0 ? byDefault : null;
}

const isWanted = ({ tags }: Deployment, wanted: readonly string[], matchAny: boolean): boolean =>
  (matchAny ? tags.some((tag) => wanted.includes(tag)) : wanted.length > 0 && tags.length > 0 && wanted.every((tag) => tags.includes(tag)));

// Where all tags are demanded, a deployment with tags of its own is not let in by a header.
const fitsHeader = ({ tags, tagRegex }: Deployment, header: string, matchAny: boolean): boolean =>
  (matchAny || tags.length === 0) && tagRegex.some((pattern) => pattern.test(header));
