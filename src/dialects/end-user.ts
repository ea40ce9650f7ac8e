// The end user whom a client names, across dialects.

/** The session in Claude Code's `metadata.user_id`, which is JSON (or, in older versions, ends in `_session_<id>`). */
export function sessionOfUserId(userId: string): string | undefined {
  if (userId.startsWith('{')) {
    try {
      const value: unknown = JSON.parse(userId);
      const session = typeof value === 'object' && value !== null && 'session_id' in value ? value.session_id : undefined;
      return typeof session === 'string' ? session : undefined;
    } catch {
      return undefined;
    }
  }
  return /_session_([0-9a-f-]{8,64})$/.exec(userId)?.[1];
}

/** Anthropic refuses names that look like a person's mail address or telephone number. */
export const isAnonymousUser = (user: string): boolean => !/^\S+@\S+\.\S+$/.test(user) && !/^\+?[\d\s().-]{7,15}$/.test(user);
