// Writes messages as the contents of a Gemini request.
import type { CanonicalRequest, MediaSource, Message, Part } from '../../canonical/request.ts';
import type { JsonObject } from '../../lib/json.ts';
import { defined } from '../../lib/json.ts';
import type { Dropped } from '../dropped.ts';
import { asOperatorNote, withoutBillingHeader } from '../system-messages.ts';
import { skipSignature } from './signature.ts';
import type { WireContent, WirePart } from './wire.ts';
import { argumentsObject } from './wire.ts';

/** What the messages become. */
export interface WrittenContents {
  systemInstruction?: JsonObject;
  contents: WireContent[];
}

const mediaTypes: Record<string, string> = {
  png: 'image/png', jpg: 'image/jpeg', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', heic: 'image/heic', pdf: 'application/pdf',
  txt: 'text/plain', html: 'text/html', md: 'text/markdown', csv: 'text/csv', json: 'application/json',
};

/** Writes all messages: those that instruct at the beginning go to `systemInstruction`, turns of one role are merged. */
export function writeContents(request: CanonicalRequest, model: string, dropped: Dropped): WrittenContents {
  const writer = new ContentWriter(request, !withoutSignatures.test(model), dropped);
  for (const [index, message] of withoutBillingHeader(request).entries()) writer.add(message, `messages[${index}]`);
  const { system, contents } = writer;
  // Google refuses requests without a turn, and calls that no user's turn precedes.
  if (contents[0]?.role !== 'user') contents.unshift({ role: 'user', parts: [{ text: ' ' }] });
  return system.length > 0 ? { systemInstruction: { parts: system }, contents } : { contents };
}

// Only the models of the third generation and later ask for them.
const withoutSignatures = /gemini-[12]\./;

class ContentWriter {
  readonly system: WirePart[] = [];
  readonly contents: WireContent[] = [];
  private leading = true;
  private readonly callNames = new Map<string, string>();

  constructor(private readonly request: CanonicalRequest, private readonly wantsSignatures: boolean, private readonly dropped: Dropped) {}

  add(message: Message, path: string): void {
    const instructs = message.role === 'system' || message.role === 'developer';
    this.leading &&= instructs;
    if (this.leading) {
      for (const part of message.parts) if (part.type === 'text' && part.text !== '') this.system.push({ text: part.text });
      return;
    }
    // Google knows only user and model between the turns.
    const parts = this.writeParts(instructs ? asOperatorNote(message) : message, path);
    if (parts.length === 0) return;
    const role = message.role === 'assistant' ? 'model' : 'user';
    const last = this.contents.at(-1);
    if (last?.role === role) last.parts.push(...parts);
    else this.contents.push({ role, parts });
  }

  private writeParts(message: Message, path: string): WirePart[] {
    const parts: WirePart[] = [];
    // Results stand together and first, as the calls did; what they show besides text follows.
    const results: WirePart[] = [];
    let calls = 0;
    for (const [index, part] of message.parts.entries()) {
      if (part.type === 'tool-call') {
        parts.push(this.writeCall(part, calls));
        calls += 1;
      } else if (part.type === 'tool-result') {
        results.push(this.writeResult(part));
        for (const piece of part.content) if (piece.type !== 'text') this.push(parts, piece, `${path}.content[${index}]`);
      } else {
        this.push(parts, part, `${path}.${part.type}[${index}]`);
      }
    }
    return [...results, ...parts];
  }

  private push(parts: WirePart[], part: Part, path: string): void {
    const value = this.writePart(part);
    if (value === undefined) this.dropped.add(path);
    else if (value) parts.push(value);
  }

  // Null for what says nothing, undefined for what cannot be said.
  private writePart(part: Part): WirePart | null | undefined {
    switch (part.type) {
      case 'text':
        return part.text === '' && !part.signature ? null : defined<WirePart>({ text: part.text, thoughtSignature: part.signature });
      case 'refusal':
        return { text: part.text };
      case 'image':
        return writeMedia(part.source, 'image/jpeg');
      case 'document':
        return writeMedia(part.source, 'application/pdf');
      case 'audio':
        return { inlineData: { mimeType: `audio/${part.format}`, data: part.data } };
      case 'thinking':
        // Google needs no thoughts back; another vendor's would only mislead the model.
        if (this.request.dialect !== 'gemini') return undefined;
        return defined<WirePart>({ text: part.text, thought: true, thoughtSignature: part.signature });
      case 'opaque':
        return part.dialect === 'gemini' ? part.value : undefined;
      default:
        return undefined;
    }
  }

  private writeCall(part: Extract<Part, { type: 'tool-call' }>, index: number): WirePart {
    this.callNames.set(part.id, part.name);
    // Google wants the first call of each step signed.
    const thoughtSignature = part.signature ?? (index === 0 && this.wantsSignatures ? skipSignature : undefined);
    return defined<WirePart>({ functionCall: { name: part.name, args: argumentsObject(part.arguments) }, thoughtSignature });
  }

  private writeResult(part: Extract<Part, { type: 'tool-result' }>): WirePart {
    const text = part.content.map((piece) => (piece.type === 'text' ? piece.text : '')).filter((piece) => piece !== '').join('\n');
    const name = part.name ?? this.callNames.get(part.callId) ?? part.callId;
    return { functionResponse: { name, response: { [part.isError ? 'error' : 'output']: text } } };
  }
}

function writeMedia(source: MediaSource, usual: string): WirePart {
  switch (source.kind) {
    case 'base64':
      return { inlineData: { mimeType: source.mediaType || usual, data: source.data } };
    case 'file':
      return { fileData: { fileUri: source.fileId } };
    case 'url': {
      const extension = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(source.url)?.[1]?.toLowerCase() ?? '';
      return { fileData: { mimeType: mediaTypes[extension] ?? usual, fileUri: source.url } };
    }
  }
}
