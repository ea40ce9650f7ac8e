// The wire dialects that Weir reads and writes.

/** Every dialect, in the order in which a translation target is preferred when a provider offers several. */
export const dialectNames = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'bedrock-converse', 'openai-completions'] as const;

/** A wire dialect: one form of request, answer, stream and error. */
export type DialectName = (typeof dialectNames)[number];
