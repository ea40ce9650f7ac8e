// Citations in the Chat Completions dialect: `annotations` of OpenAI's form, and Anthropic's own where LiteLLM keeps them.
import type { Block } from '../../canonical/answer.ts';
import type { JsonObject } from '../../lib/json.ts';
import { objectAt, stringAt } from '../../lib/json.ts';

type Citation = Block['citations'][number];

/** The annotation for a citation of the text from `start` to `end` (characters of the message); undefined when it names no page. */
export function writeAnnotation(citation: Citation, start: number, end: number): JsonObject | undefined {
  const { value } = citation;
  if (citation.dialect === 'openai-chat') return value;
  const inner = objectAt(value, 'url_citation') ?? value;
  const url = stringAt(inner, 'url');
  if (url === undefined) return undefined;
  const from = citation.dialect === 'openai-responses' ? inner['start_index'] : start;
  const to = citation.dialect === 'openai-responses' ? inner['end_index'] : end;
  return { type: 'url_citation', url_citation: { start_index: from ?? start, end_index: to ?? end, url, title: stringAt(inner, 'title') ?? '' } };
}
