// Tool names that a provider takes, and the way back to the client's own.
import { createHash } from 'node:crypto';
import type { Tool } from '../canonical/request.ts';
import type { ToolOrigin } from './dialect.ts';

// Tools of this namespace keep their bare name: models know them by it, and some providers reserve the word.
const bareNamespace = 'functions';

/** OpenAI's limit; most compatible providers share it. */
export const maxToolNameCharacters = 64;

/** The names of a request's tools at its target. Calls in the history use the same names as the tools. */
export class ToolNames {
  /** What was sent under another name or in another form. */
  readonly disguised = new Map<string, ToolOrigin>();
  private readonly maxCharacters: number;

  constructor(maxCharacters: number) {
    this.maxCharacters = maxCharacters;
  }

  /** The name to send. LiteLLM's forms: `namespace__name`, and 55 characters with a piece of the hash where that is too long. */
  toTarget(name: string, namespace?: string): string {
    const joined = (namespace === undefined || namespace === bareNamespace ? name : `${namespace}__${name}`).replace(/[^a-zA-Z0-9_-]/g, '_') || 'unnamed_tool';
    if (joined.length <= this.maxCharacters) return joined;
    return `${joined.slice(0, this.maxCharacters - 9)}_${createHash('sha256').update(joined).digest('hex').slice(0, 8)}`;
  }

  /** The name to send for a tool, remembered when the answer must be put back. */
  add(tool: Extract<Tool, { kind: 'function' | 'custom' }>, lowered: boolean): string {
    const sent = this.toTarget(tool.name, tool.namespace);
    if (sent !== tool.name || tool.namespace !== undefined || lowered) {
      const origin: ToolOrigin = { name: tool.name, call: tool.kind };
      if (tool.namespace !== undefined) origin.namespace = tool.namespace;
      this.disguised.set(sent, origin);
    }
    return sent;
  }
}
