// What a provider wants back with its tool calls (thinking with its signature, encrypted reasoning, Gemini's thought signatures), for
// clients that do not send it back. In memory, bounded by number, bytes and time. It means nothing to any other tenant.
import { maxReasoningMemory, maxReasoningMemoryBytes, reasoningMemoryTtlMs } from '../lib/bounds.ts';
import { createHash } from 'node:crypto';
import { parseJsonObject } from '../lib/json.ts';
import type { Block } from '../canonical/answer.ts';
import type { CanonicalRequest, Message, Part } from '../canonical/request.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { StreamEvent } from '../canonical/event.ts';
import { defined } from '../lib/json.ts';

type ToolCall = Pick<Extract<Part, { type: 'tool-call' }>, 'id' | 'name' | 'arguments'>;
type Reasoning = Extract<Part, { type: 'thinking' | 'redacted-thinking' }>;

interface Entry {
  /** The dialect of the provider that can read it. */
  dialect: DialectName;
  /** The reasoning before the call. */
  reasoning: readonly Reasoning[];
  /** Gemini's signature of the call itself. */
  signature: string | undefined;
  bytes: number;
  expiresMs: number;
}

// The dialects whose providers want something back.
const wanting: ReadonlySet<DialectName> = new Set(['anthropic-messages', 'openai-responses', 'gemini']);

/** Keeps reasoning by the call that it led to. */
export class ReasoningMemory {
  private readonly entries = new Map<string, Entry>();
  private bytes = 0;

  constructor(
    private readonly nowMs: () => number, private readonly maxEntries = maxReasoningMemory, private readonly maxBytes = maxReasoningMemoryBytes,
    private readonly ttlMs = reasoningMemoryTtlMs,
  ) {}

  /** Listens to the events of one answer; null for dialects in which nothing has to come back. */
  recorder(tenant: string, dialect: DialectName): ReasoningRecorder | null {
    return wanting.has(dialect) ? new ReasoningRecorder((call, reasoning, signature) => this.remember(tenant, dialect, call, reasoning, signature)) : null;
  }

  /** The request with what its client left out. */
  recall(tenant: string, dialect: DialectName, request: CanonicalRequest): CanonicalRequest {
    if (this.entries.size === 0 || !wanting.has(dialect) || request.dialect === dialect) return request;
    let changed = false;
    const messages = request.messages.map((message) => {
      const completed = message.role === 'assistant' ? this.complete(tenant, dialect, message) : message;
      changed ||= completed !== message;
      return completed;
    });
    return changed ? { ...request, messages } : request;
  }

  private complete(tenant: string, dialect: DialectName, message: Message): Message {
    if (message.parts.some(isProof)) return message;
    let reasoning: readonly Reasoning[] = [];
    let changed = false;
    const parts = message.parts.map((part) => {
      const entry = part.type === 'tool-call' ? this.find(tenant, dialect, part) : undefined;
      if (!entry) return part;
      changed = true;
      if (reasoning.length === 0) ({ reasoning } = entry);
      return entry.signature === undefined || part.type !== 'tool-call' ? part : { ...part, signature: part.signature ?? entry.signature };
    });
    if (!changed) return message;
    // The client's own copy of the thoughts is the same without proof.
    const others = reasoning.length > 0 ? parts.filter((part) => part.type !== 'thinking') : parts;
    return { ...message, parts: [...reasoning, ...others] };
  }

  private find(tenant: string, dialect: DialectName, call: ToolCall): Entry | undefined {
    const key = keyOf(tenant, call);
    const entry = this.entries.get(key);
    if (!entry || entry.dialect !== dialect) return undefined;
    this.forget(key, entry);
    if (entry.expiresMs <= this.nowMs()) return undefined;
    // Put back at the end: what is used stays longest.
    this.entries.set(key, entry);
    this.bytes += entry.bytes;
    return entry;
  }

  private remember(tenant: string, dialect: DialectName, call: ToolCall, reasoning: readonly Reasoning[], signature: string | undefined): void {
    const bytes = reasoning.reduce((sum, part) => sum + JSON.stringify(part).length, 256 + (signature?.length ?? 0));
    if (bytes > this.maxBytes / 16) return;
    const key = keyOf(tenant, call);
    const before = this.entries.get(key);
    if (before) this.forget(key, before);
    this.entries.set(key, { dialect, reasoning, signature, bytes, expiresMs: this.nowMs() + this.ttlMs });
    this.bytes += bytes;
    for (const [oldest, entry] of this.entries) {
      if (this.entries.size <= this.maxEntries && this.bytes <= this.maxBytes) break;
      this.forget(oldest, entry);
    }
  }

  private forget(key: string, entry: Entry): void {
    this.entries.delete(key);
    this.bytes -= entry.bytes;
  }
}

/** Collects the reasoning of one answer and tells it with each call that follows. */
export class ReasoningRecorder {
  private readonly open = new Map<string, Pick<Block, 'start' | 'text' | 'signature' | 'encrypted'>>();
  private readonly reasoning = new Map<number, Reasoning[]>();

  constructor(private readonly tell: (call: ToolCall, reasoning: readonly Reasoning[], signature: string | undefined) => void) {}

  /** Takes an event of a stream. */
  note(event: StreamEvent): void {
    if (event.type === 'block-start') {
      const { kind } = event.start;
      if (kind === 'thinking' || kind === 'redacted-thinking' || kind === 'tool-call') this.open.set(`${event.choice}:${event.block}`, { start: event.start, text: '' });
    } else if (event.type === 'block-delta' || event.type === 'block-signature' || event.type === 'block-stop') {
      const key = `${event.choice}:${event.block}`;
      const block = this.open.get(key);
      if (!block) return;
      if (event.type === 'block-delta') block.text += event.text;
      else if (event.type === 'block-signature') {
        if (event.signature !== undefined) block.signature = event.signature;
        if (event.encrypted !== undefined) block.encrypted = event.encrypted;
      } else {
        this.open.delete(key);
        this.block(event.choice, block);
      }
    }
  }

  /** Takes a whole block. */
  block(choice: number, { start, text, signature, encrypted }: Pick<Block, 'start' | 'text' | 'signature' | 'encrypted'>): void {
    const before = this.reasoning.get(choice) ?? [];
    if (start.kind === 'tool-call') {
      const own = signature ?? start.signature;
      if (own !== undefined || before.length > 0) this.tell({ id: start.id, name: start.name, arguments: text }, before, own);
      return;
    }
    const part: Part | null = start.kind === 'redacted-thinking' ? defined<Part>({ type: 'redacted-thinking', data: start.data, itemId: start.itemId })
      : start.kind === 'thinking' ? defined<Part>({ type: 'thinking', text, signature, encrypted, itemId: start.itemId }) : null;
    if (part && isProof(part)) this.reasoning.set(choice, [...before, part]);
  }
}

// Reasoning without it is of no use to the provider.
function isProof(part: Part): part is Reasoning {
  return part.type === 'redacted-thinking' || (part.type === 'thinking' && (part.signature !== undefined || part.encrypted !== undefined));
}

// Some servers number their calls anew in each answer, so the id alone would mix up conversations. Clients may write the arguments anew.
function keyOf(tenant: string, { id, name, arguments: text }: ToolCall): string {
  const said = parseJsonObject(text === '' ? '{}' : text);
  return createHash('sha256').update(JSON.stringify([tenant, id, name, said ?? text])).digest('base64');
}
