// Anthropic and Bedrock take only letters, digits, `_` and `-` in the ids of tool calls; Bedrock takes no more than 64 of them.
import { createHash } from 'node:crypto';

const hashCharacters = 16;

/** The ids of one request's calls at a provider: call and result get the same one, two calls never. */
export class ToolIds {
  private readonly sent = new Map<string, string>();
  private readonly taken = new Set<string>();

  constructor(private readonly maxCharacters = Infinity) {}

  /** The id to send. LiteLLM's form: other characters become `_`, an empty id `tool_use_id`. */
  toTarget(id: string): string {
    const known = this.sent.get(id);
    if (known !== undefined) return known;
    const base = this.shortened(id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'tool_use_id');
    let made = base;
    for (let number = 2; this.taken.has(made); number++) made = `${base}_${number}`;
    this.sent.set(id, made);
    this.taken.add(made);
    return made;
  }

  // Ids that carry something else, such as Gemini's thought signatures, grow long.
  private shortened(id: string): string {
    if (id.length <= this.maxCharacters) return id;
    // Room for a number behind it.
    return `${id.slice(0, this.maxCharacters - hashCharacters - 5)}_${createHash('sha256').update(id).digest('hex').slice(0, hashCharacters)}`;
  }
}
