// Puts the fragments of tool calls together. Providers differ: fragments interleave, the index is missing or repeated,
// the name comes late, the arguments come as an object, the id is missing.
import { randomUUID } from 'node:crypto';
import type { BlockStart, StreamEvent } from '../../canonical/event.ts';
import type { Json, JsonObject } from '../../lib/json.ts';
import { isJsonObject, numberAt, objectAt, stringAt } from '../../lib/json.ts';
import { unpackSignature } from '../thought-signature.ts';

interface Call {
  id: string;
  name: string;
  kind: 'function' | 'custom';
  /** What came before the name, when the block could not be opened yet. */
  held: string;
  signature?: string;
  block: number | null;
}

interface Sink {
  choice: number;
  open(start: BlockStart): number;
  emit(event: StreamEvent): void;
}

/** The tool calls of one choice. */
export class ToolCallReader {
  private readonly sink: Sink;
  private readonly calls: Call[] = [];
  private readonly byIndex = new Map<number, Call>();

  constructor(sink: Sink) {
    this.sink = sink;
  }

  /** True when a call was seen. */
  get any(): boolean {
    return this.calls.length > 0;
  }

  /** Reads one item of `tool_calls`. */
  read(value: Json): void {
    if (!isJsonObject(value)) return;
    const custom = objectAt(value, 'custom');
    const body = objectAt(value, 'function') ?? custom;
    const name = stringAt(body, 'name') ?? '';
    const call = this.find(numberAt(value, 'index'), stringAt(value, 'id') ?? '', name);
    if (custom) call.kind = 'custom';
    // Some providers repeat the name in each fragment.
    if (call.block === null && name !== '') call.name = name;
    const signature = signatureOf(value, body);
    if (signature !== undefined) call.signature = signature;
    this.append(call, argumentsText(body?.[custom ? 'input' : 'arguments']));
  }

  /** Reads the `function_call` of the time before tools. */
  readLegacy(value: JsonObject): void {
    const call = this.find(-1, '', stringAt(value, 'name') ?? '');
    if (call.name === '') call.name = stringAt(value, 'name') ?? '';
    this.append(call, argumentsText(value['arguments']));
  }

  /** Closes all calls. */
  close(): void {
    for (const [position, call] of this.calls.entries()) {
      if (call.block === null) {
        call.name = `unnamed_tool_${position}`;
        this.append(call, '');
      }
      if (call.block !== null) this.sink.emit({ type: 'block-stop', choice: this.sink.choice, block: call.block });
    }
  }

  private find(index: number | undefined, id: string, name: string): Call {
    const known = index === undefined ? this.calls.find((call) => id !== '' && call.id === id) : this.byIndex.get(index);
    // Google's compatible endpoint gives every parallel call the index 0: a new id with a name is a new call.
    if (known && (id === '' || name === '' || known.id === unpackSignature(id).id || index === undefined)) return known;
    const last = this.calls.at(-1);
    if (!known && index === undefined && id === '' && name === '' && last) return last;
    const unpacked = unpackSignature(id);
    const call: Call = { id: unpacked.id || `call_${randomUUID().replaceAll('-', '').slice(0, 24)}`, name: '', kind: 'function', held: '', block: null };
    if (unpacked.signature !== undefined) call.signature = unpacked.signature;
    this.calls.push(call);
    if (index !== undefined) this.byIndex.set(index, call);
    return call;
  }

  private append(call: Call, text: string): void {
    const { choice } = this.sink;
    if (call.block === null) {
      call.held += text;
      if (call.name === '') return;
      call.block = this.sink.open({ kind: 'tool-call', id: call.id, name: call.name, call: call.kind });
    } else {
      call.held = text;
    }
    if (call.signature !== undefined) this.sink.emit({ type: 'block-signature', choice, block: call.block, signature: call.signature });
    delete call.signature;
    if (call.held !== '') this.sink.emit({ type: 'block-delta', choice, block: call.block, text: call.held });
    call.held = '';
  }
}

const argumentsText = (value: Json | undefined): string =>
  typeof value === 'string' ? value : isJsonObject(value) ? JSON.stringify(value) : '';

// Gemini's signature as LiteLLM and as Google's compatible endpoint carry it.
function signatureOf(call: JsonObject, body: JsonObject | undefined): string | undefined {
  return stringAt(objectAt(call, 'provider_specific_fields'), 'thought_signature')
    ?? stringAt(objectAt(body, 'provider_specific_fields'), 'thought_signature')
    ?? stringAt(objectAt(objectAt(call, 'extra_content'), 'google'), 'thought_signature');
}
