// Words of the Converse API: file formats, and how an event stands in a frame.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html
import type { JsonObject } from '../../lib/json.ts';
import { isJsonObject, parseJsonObject } from '../../lib/json.ts';
import type { SseFrame } from '../../lib/sse.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp',
  pdf: 'application/pdf', csv: 'text/csv', html: 'text/html', txt: 'text/plain', md: 'text/markdown',
  doc: 'application/msword', docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
const formats = new Map(Object.entries(mediaTypes).map(([format, type]) => [type, format]));

/** The format word for a media type; what stands behind the slash when it is not a known one. */
export function formatOf(mediaType: string): string {
  const [type = ''] = mediaType.toLowerCase().split(';', 1);
  return formats.get(type) ?? (type === 'image/jpg' ? 'jpeg' : type.slice(type.indexOf('/') + 1));
}

/** The media type of a format word; `kind` stands before the slash when it is not a known one. */
export const mediaTypeOf = (format: string, kind: 'image' | 'application'): string => mediaTypes[format] ?? `${kind}/${format}`;

/** Members of a Converse body. All others go to the model inside `additionalModelRequestFields`. */
export const converseMembers: ReadonlySet<string> = new Set([
  'messages', 'system', 'inferenceConfig', 'toolConfig', 'guardrailConfig', 'additionalModelRequestFields', 'additionalModelResponseFieldPaths',
  'promptVariables', 'requestMetadata', 'performanceConfig', 'serviceTier', 'outputConfig',
]);

/** An event of a stream: its name, and what it holds. */
export interface ConverseEvent {
  name: string;
  value: JsonObject;
}

/**
 * The event of a frame. The name is the frame's (`:event-type`, or `:exception-type`), else, as SDKs show events, the only member of
 * the value. Undefined: not JSON.
 */
export function eventOf(frame: SseFrame): ConverseEvent | undefined {
  const value = parseJsonObject(frame.data);
  return value && eventIn(value, frame.event);
}

/** The same for data that is parsed already. */
export function eventIn(value: JsonObject, name: string | null): ConverseEvent {
  if (name !== null) return { name, value };
  const [first] = Object.entries(value);
  return first && isJsonObject(first[1]) ? { name: first[0], value: first[1] } : { name: '', value };
}
