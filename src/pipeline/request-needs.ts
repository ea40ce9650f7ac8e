// What a request needs of a model, told from its bytes: how many tokens, and which abilities. Only pre-call checks, routing rules and
// explanations ask for it.
import { estimateTokens } from '../accounting/token-estimate.ts';
import { isJsonObject, objectAt, stringAt } from '../lib/json.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { Needs } from '../routing/trail.ts';

// Larger bodies are not parsed for an estimate: nobody may wait for it.
const largestParsed = 256 * 1024;
const bytesPerToken = 4;

/** By which bytes an ability is needed, in any dialect. */
const signs: readonly { ability: string; texts: readonly string[] }[] = [
  { ability: 'vision', texts: ['"image_url"', '"input_image"', '"image/png"', '"image/jpeg"', '"image/webp"', '"image/gif"'] },
  { ability: 'audio_input', texts: ['"input_audio"', '"audio/wav"', '"audio/mp3"', '"audio/mpeg"'] },
  { ability: 'pdf_input', texts: ['"application/pdf"', '"input_file"'] },
];

/** The needs of a request. */
export function needsOf(body: JsonBody): Needs {
  const { bytes } = body;
  const abilities = signs.filter(({ texts }) => texts.some((text) => bytes.includes(text))).map(({ ability }) => ability);
  if (body.kindOf('tools') === 'array' && !isEmptyList(body)) abilities.push('function_calling');
  if (wantsSchema(body)) abilities.push('response_schema');
  return { inputTokens: tokensOf(body), abilities };
}

function tokensOf(body: JsonBody): number {
  const object = body.bytes.length <= largestParsed ? body.object() : null;
  return object ? estimateTokens(object) : Math.ceil(body.bytes.length / bytesPerToken);
}

function isEmptyList(body: JsonBody): boolean {
  const tools = body.get('tools');
  return Array.isArray(tools) && tools.length === 0;
}

function wantsSchema(body: JsonBody): boolean {
  const format = body.has('response_format') ? body.get('response_format') : undefined;
  if (isJsonObject(format)) return stringAt(format, 'type') === 'json_schema';
  const text = body.has('text') ? body.get('text') : undefined;
  return isJsonObject(text) && stringAt(objectAt(text, 'format'), 'type') === 'json_schema';
}
