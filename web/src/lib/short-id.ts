// Ids as people read them: the hash of a key tells nothing after its beginning, the name of a model everything.

/** The beginning of a hash; anything else whole. */
export const shortId = (id: string): string => (/^[0-9a-f]{64}$/.test(id) ? id.slice(0, 10) : id);
