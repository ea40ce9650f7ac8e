// Anthropic takes only letters, digits, `_` and `-` in the ids of tool calls.

/** The ids of one request's calls at Anthropic: call and result get the same one, two calls never. */
export class ToolIds {
  private readonly sent = new Map<string, string>();
  private readonly taken = new Set<string>();

  /** The id to send. LiteLLM's form: other characters become `_`, an empty id `tool_use_id`. */
  toTarget(id: string): string {
    const known = this.sent.get(id);
    if (known !== undefined) return known;
    const base = id.replace(/[^a-zA-Z0-9_-]/g, '_') || 'tool_use_id';
    let made = base;
    for (let number = 2; this.taken.has(made); number++) made = `${base}_${number}`;
    this.sent.set(id, made);
    this.taken.add(made);
    return made;
  }
}
