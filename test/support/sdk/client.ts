// What every SDK is asked to do, in its own way.

/** An answer as the SDK tells it. */
export interface Heard {
  text: string;
  inputTokens: number;
  outputTokens: number;
}

/** Runs a tool of the client; gives what the model is told. */
export type RunTool = (name: string, input: Record<string, unknown>) => string;

/** An SDK that is connected to a gateway. */
export interface SdkClient {
  whole(model: string): Promise<Heard>;
  streamed(model: string): Promise<Heard>;
  /** Streams turn after turn, runs the tools that the model calls, and gives the last text. */
  loop(model: string, run: RunTool): Promise<string>;
  /** The answer as an object, by the SDK's own way to ask for a schema. */
  structured(model: string): Promise<unknown>;
  /** Begins a stream, hears something, and goes away. */
  leave(model: string): Promise<void>;
}

/** The tools of the loop. */
export const toolSchemas = {
  write_note: { description: 'Writes a note', parameters: { type: 'object', properties: { path: { type: 'string' }, content: { type: 'string' } }, required: ['path', 'content'], additionalProperties: false } },
  read_note: { description: 'Reads a note', parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'], additionalProperties: false } },
} as const;

/** The schema of the structured answer. */
export const citySchema = { type: 'object', properties: { city: { type: 'string' }, people: { type: 'number' } }, required: ['city', 'people'], additionalProperties: false } as const;

/** The question of every call. */
export const question = 'What is a weir?';
export const system = 'You are brief.';

/** Enough turns for the loop; more would be a loop without end. */
export const maxTurns = 6;
