// Writes messages as the items of a Responses request's `input`.
import type { CanonicalRequest, MediaSource, Message, Part } from '../../canonical/request.ts';
import type { JsonObject } from '../../lib/json.ts';
import { defined } from '../../lib/json.ts';
import type { Dropped } from '../dropped.ts';
import { withoutBillingHeader } from '../system-messages.ts';
import { unpackEncryptedReasoning } from '../../canonical/reasoning-carrier.ts';

type ToolCall = Extract<Part, { type: 'tool-call' }>;
type ToolResult = Extract<Part, { type: 'tool-result' }>;

/** What the messages become. */
export interface WrittenInput {
  instructions?: string;
  input: JsonObject[];
}

/** The system messages that open the conversation become `instructions`, all others items in their order. */
export function writeInput(request: CanonicalRequest, dropped: Dropped): WrittenInput {
  const system: string[] = [];
  const input: JsonObject[] = [];
  let leading = true;
  for (const [index, message] of withoutBillingHeader(request).entries()) {
    leading &&= message.role === 'system' && message.parts.every((part) => part.type === 'text');
    if (leading) {
      for (const part of message.parts) {
        if (part.type === 'text' && part.text !== '') system.push(part.text);
      }
    } else {
      writeMessage(message, input, dropped, `messages[${index}]`);
    }
  }
  return system.length > 0 ? { instructions: system.join('\n'), input } : { input };
}

function writeMessage(message: Message, input: JsonObject[], dropped: Dropped, path: string): void {
  let content: JsonObject[] | null = null;
  for (const [index, part] of message.parts.entries()) {
    const item = writeItem(part);
    if (part.type === 'tool-result' && part.content.some((piece) => !writePart(piece, false))) dropped.add(`${path}.tool_result.content`);
    if (item) {
      input.push(item);
      content = null;
      continue;
    }
    const value = writePart(part, message.role === 'assistant');
    if (!value) {
      dropped.add(`${path}.${part.type}[${index}]`);
      continue;
    }
    if (!content) {
      content = [];
      input.push({ type: 'message', role: message.role, content });
    }
    content.push(value);
  }
}

// Parts that are items of their own.
function writeItem(part: Part): JsonObject | undefined {
  switch (part.type) {
    case 'tool-call':
      return writeCall(part);
    case 'tool-result':
      return writeResult(part);
    case 'thinking': {
      const encrypted = part.encrypted ?? unpackEncryptedReasoning(part.signature);
      if (encrypted === undefined) return undefined;
      const summary = part.text === '' ? [] : [{ type: 'summary_text', text: part.text }];
      return defined<JsonObject>({ type: 'reasoning', id: part.itemId, summary, encrypted_content: encrypted });
    }
    case 'redacted-thinking': {
      const encrypted = unpackEncryptedReasoning(part.data);
      if (encrypted === undefined) return undefined;
      return defined<JsonObject>({ type: 'reasoning', id: part.itemId, summary: [], encrypted_content: encrypted });
    }
    case 'opaque':
      // Parts of a message's content are told from items by their `input_` prefix.
      return part.dialect === 'openai-responses' && !isContentPart(part.value) ? part.value : undefined;
    default:
      return undefined;
  }
}

const isContentPart = (value: JsonObject): boolean => /^(input|output)_(text|image|file|audio)$/.test(String(value['type']));

function writeCall(part: ToolCall): JsonObject {
  const { id, name, namespace } = part;
  return part.kind === 'custom'
    ? defined<JsonObject>({ type: 'custom_tool_call', call_id: id, name, namespace, input: part.arguments })
    : defined<JsonObject>({ type: 'function_call', call_id: id, name, namespace, arguments: part.arguments === '' ? '{}' : part.arguments });
}

function writeResult(part: ToolResult): JsonObject {
  const type = part.kind === 'custom' ? 'custom_tool_call_output' : 'function_call_output';
  const content = part.isError ? markError(part.content) : part.content;
  const [first] = content;
  if (!first) return { type, call_id: part.callId, output: '' };
  if (content.length === 1 && first.type === 'text') return { type, call_id: part.callId, output: first.text };
  const output = content.map((value) => writePart(value, false)).filter((value) => value !== undefined);
  return { type, call_id: part.callId, output };
}

// The dialect has no mark for failed calls, and the model should know.
function markError(content: Part[]): Part[] {
  const [first, ...rest] = content;
  if (first?.type === 'text') return [{ type: 'text', text: `Error: ${first.text}` }, ...rest];
  return [{ type: 'text', text: 'Error: the tool failed.' }, ...content];
}

function writePart(part: Part, assistant: boolean): JsonObject | undefined {
  switch (part.type) {
    case 'text':
      return { type: assistant ? 'output_text' : 'input_text', text: part.text };
    case 'refusal':
      return { type: 'refusal', refusal: part.text };
    case 'image':
      return defined<JsonObject>({ type: 'input_image', detail: part.detail, ...writeSource(part.source, 'image_url', 'image_url') });
    case 'document': {
      const source = writeSource(part.source, 'file_url', 'file_data');
      return 'file_data' in source
        ? { type: 'input_file', filename: part.filename ?? part.title ?? 'document.pdf', ...source }
        : { type: 'input_file', ...source };
    }
    case 'audio':
      return { type: 'input_audio', input_audio: { data: part.data, format: part.format } };
    case 'opaque':
      return part.dialect === 'openai-responses' ? part.value : undefined;
    default:
      return undefined;
  }
}

function writeSource(source: MediaSource, urlKey: string, dataKey: string): JsonObject {
  switch (source.kind) {
    case 'url':
      return { [urlKey]: source.url };
    case 'file':
      return { file_id: source.fileId };
    case 'base64':
      return { [dataKey]: `data:${source.mediaType};base64,${source.data}` };
  }
}
