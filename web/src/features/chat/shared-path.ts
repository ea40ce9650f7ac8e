// Where a shared conversation is read.

/** The path of a shared conversation. */
export const sharedPathOf = (token: string): string => `/shared/${token}`;
