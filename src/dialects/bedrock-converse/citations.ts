// Citations of the Converse API, told in Anthropic's form, which clients know, and back.
import { arrayAt, defined, isJsonObject, numberAt, objectAt, stringAt, type JsonObject } from '../../lib/json.ts';

// Where the cited text stands: Converse's word, Anthropic's type, and their names of beginning and end.
const places: readonly (readonly [string, string, string, string])[] = [
  ['documentChar', 'char_location', 'start_char_index', 'end_char_index'],
  ['documentPage', 'page_location', 'start_page_number', 'end_page_number'],
  ['documentChunk', 'content_block_location', 'start_block_index', 'end_block_index'],
];

/** A citation as Anthropic tells it. */
export function readCitation(citation: JsonObject): JsonObject {
  const citedText = arrayAt(citation, 'sourceContent').filter(isJsonObject).map((piece) => stringAt(piece, 'text') ?? '').join('');
  const title = stringAt(citation, 'title');
  const location = objectAt(citation, 'location');
  for (const [word, type, start, end] of places) {
    const place = objectAt(location, word);
    if (!place) continue;
    return defined<JsonObject>({
      type, cited_text: citedText, document_index: numberAt(place, 'documentIndex') ?? 0, document_title: title ?? null,
      [start]: numberAt(place, 'start') ?? 0, [end]: numberAt(place, 'end') ?? 0,
    });
  }
  const web = objectAt(location, 'web');
  if (web) return defined<JsonObject>({ type: 'web_search_result_location', url: stringAt(web, 'url') ?? '', title: title ?? stringAt(web, 'domain') ?? '', cited_text: citedText, encrypted_index: '' });
  const result = objectAt(location, 'searchResultLocation');
  return {
    type: 'search_result_location', cited_text: citedText, title: title ?? null, source: stringAt(citation, 'source') ?? '',
    search_result_index: numberAt(result, 'searchResultIndex') ?? 0, start_block_index: numberAt(result, 'start') ?? 0, end_block_index: numberAt(result, 'end') ?? 0,
  };
}

/** Anthropic's citation as Converse tells it. */
export function writeCitation(citation: JsonObject): JsonObject {
  const sourceContent = [{ text: stringAt(citation, 'cited_text') ?? '' }];
  const title = stringAt(citation, 'document_title') ?? stringAt(citation, 'title');
  return defined<JsonObject>({ title, source: stringAt(citation, 'source'), sourceContent, location: writeLocation(citation) });
}

function writeLocation(citation: JsonObject): JsonObject {
  for (const [word, type, start, end] of places) {
    if (citation['type'] !== type) continue;
    return { [word]: { documentIndex: numberAt(citation, 'document_index') ?? 0, start: numberAt(citation, start) ?? 0, end: numberAt(citation, end) ?? 0 } };
  }
  const url = stringAt(citation, 'url');
  if (url !== undefined) return { web: { url, ...(URL.canParse(url) && { domain: new URL(url).hostname }) } };
  return {
    searchResultLocation: {
      searchResultIndex: numberAt(citation, 'search_result_index') ?? 0, start: numberAt(citation, 'start_block_index') ?? 0, end: numberAt(citation, 'end_block_index') ?? 0,
    },
  };
}
