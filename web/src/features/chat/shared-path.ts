// Where a shared conversation is read.
import { base } from '../../app/location.ts';

/** The path of a shared conversation. */
export const sharedPathOf = (token: string): string => `${base}/shared/${token}`;
