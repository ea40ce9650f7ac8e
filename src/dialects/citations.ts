// Citations of pages, the one kind of citation that every dialect has a form for. Citations of a request's own documents, files and
// search results are Anthropic's and OpenAI's own and mean nothing elsewhere.
import type { DialectName } from '../canonical/dialect-name.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { arrayAt, isJsonObject, numberAt, objectAt, stringAt } from '../lib/json.ts';

/** A citation as its dialect tells it. */
export interface Citation {
  dialect: DialectName;
  value: JsonObject;
}

/** A page that a text rests on. `start` and `end` are places in the answer's text, where the provider told them. */
export interface CitedPage {
  url: string;
  title: string;
  start?: number;
  end?: number;
  /** The page's words. */
  quote?: string;
}

type Reader = (value: JsonObject) => CitedPage[];

const readers: Readonly<Partial<Record<DialectName, Reader>>> = {
  'openai-chat': (value) => pageAt(objectAt(value, 'url_citation') ?? value),
  'openai-responses': (value) => (value['type'] === 'url_citation' ? pageAt(value) : []),
  'anthropic-messages': (value) => {
    const quote = stringAt(value, 'cited_text');
    return pageAt(value).map((page) => (quote === undefined || quote === '' ? page : { ...page, quote }));
  },
  gemini: (value) => [...groundedPages(objectAt(value, 'groundingMetadata')), ...citedSources(objectAt(value, 'citationMetadata'))],
};

/** The pages of a citation; none where it cites something else. */
export const pagesOf = ({ dialect, value }: Citation): CitedPage[] => readers[dialect]?.(value) ?? [];

function pageAt(value: JsonObject): CitedPage[] {
  const url = stringAt(value, 'url');
  return url === undefined ? [] : [withPlace({ url, title: stringAt(value, 'title') ?? '' }, numberAt(value, 'start_index'), numberAt(value, 'end_index'))];
}

function withPlace(page: CitedPage, start: number | undefined, end: number | undefined): CitedPage {
  if (start !== undefined) page.start = start;
  if (end !== undefined) page.end = end;
  return page;
}

// Google tells its sources once, and which of them each piece of the text rests on.
function groundedPages(metadata: JsonObject | undefined): CitedPage[] {
  const chunks = arrayAt(metadata, 'groundingChunks').map((chunk) => (isJsonObject(chunk) ? objectAt(chunk, 'web') ?? objectAt(chunk, 'retrievedContext') : undefined));
  const pageOf = (index: number, segment?: JsonObject): CitedPage[] => {
    const uri = stringAt(chunks[index], 'uri');
    if (uri === undefined) return [];
    const page: CitedPage = { url: uri, title: stringAt(chunks[index], 'title') ?? '' };
    return [segment ? withPlace(page, numberAt(segment, 'startIndex') ?? 0, numberAt(segment, 'endIndex')) : page];
  };
  const used = new Set<number>();
  const pages = arrayAt(metadata, 'groundingSupports').filter(isJsonObject).flatMap((support) => arrayAt(support, 'groundingChunkIndices').flatMap((index) => {
    if (typeof index !== 'number') return [];
    used.add(index);
    return pageOf(index, objectAt(support, 'segment'));
  }));
  return [...pages, ...chunks.flatMap((_chunk, index) => (used.has(index) ? [] : pageOf(index)))];
}

function citedSources(metadata: JsonObject | undefined): CitedPage[] {
  const sources = [...arrayAt(metadata, 'citationSources'), ...arrayAt(metadata, 'citations')].filter(isJsonObject);
  return sources.flatMap((source) => {
    const url = stringAt(source, 'uri');
    return url === undefined ? [] : [withPlace({ url, title: stringAt(source, 'title') ?? '' }, numberAt(source, 'startIndex'), numberAt(source, 'endIndex'))];
  });
}

/** The citation as an annotation of a chat message; `start` and `end`: where the text stands that it belongs to. */
export function chatAnnotations(citation: Citation, start: number, end: number): JsonObject[] {
  if (citation.dialect === 'openai-chat') return [citation.value];
  return pagesOf(citation).map((page) => ({
    type: 'url_citation', url_citation: { start_index: page.start ?? start, end_index: page.end ?? end, url: page.url, title: page.title },
  }));
}

/** The citation as annotations of an output text of this length. */
export function responsesAnnotations(citation: Citation, length: number): JsonObject[] {
  if (citation.dialect === 'openai-responses') return [citation.value];
  return pagesOf(citation).map(({ url, title, start, end }) => ({ type: 'url_citation', start_index: start ?? 0, end_index: end ?? length, url, title }));
}

/** The citation as Anthropic's; the index that only its own search gives is empty. */
export function anthropicCitations(citation: Citation): JsonObject[] {
  if (citation.dialect === 'anthropic-messages') return [citation.value];
  return pagesOf(citation).map(({ url, title, quote }) => ({ type: 'web_search_result_location', url, title, cited_text: quote ?? '', encrypted_index: '' }));
}

/** Citations of one candidate as Google's metadata; undefined when there are none. */
export function geminiMetadata(citations: readonly Citation[]): JsonObject | undefined {
  const own = citations.filter(({ dialect }) => dialect === 'gemini');
  const pages = citations.filter(({ dialect }) => dialect !== 'gemini').flatMap(pagesOf);
  const metadata: JsonObject = Object.assign({}, ...own.map(({ value }) => value));
  if (pages.length === 0) return own.length > 0 ? metadata : undefined;
  const places = new Map<string, number>();
  const chunks: Json[] = [];
  const supports: Json[] = [];
  for (const { url, title, start, end } of pages) {
    const index = places.get(url) ?? chunks.push({ web: { uri: url, title } }) - 1;
    places.set(url, index);
    if (end !== undefined) supports.push({ segment: { startIndex: start ?? 0, endIndex: end }, groundingChunkIndices: [index] });
  }
  return { ...metadata, groundingMetadata: { groundingChunks: chunks, ...(supports.length > 0 && { groundingSupports: supports }) } };
}
