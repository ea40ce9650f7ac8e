// A conversation that this gateway made short, in the place where OpenAI keeps one that only it can read.
const prefix = 'weir_compaction:';

/** The summary as an item's `encrypted_content`. */
export const packCompaction = (summary: string): string => prefix + Buffer.from(summary, 'utf8').toString('base64');

/** The summary in an item's `encrypted_content`; undefined when the provider made it. */
export const unpackCompaction = (content: string | undefined): string | undefined =>
  (content?.startsWith(prefix) ? Buffer.from(content.slice(prefix.length), 'base64').toString('utf8') : undefined);
