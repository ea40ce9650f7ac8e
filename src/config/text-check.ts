// The checks that a text can have beyond being text. The words for "what was expected" are in shape.ts.
import { isIP } from 'node:net';

/** What a text must be. */
export type TextCheck = 'url' | 'duration' | 'regexp' | 'network' | 'header' | 'time zone' | 'time of day';

/** True when `value` is what `check` asks for. */
export const textChecks: Readonly<Record<TextCheck, (value: string) => boolean>> = {
  url: (value) => /^https?:\/\/[^\s/]/i.test(value) && URL.canParse(value),
  duration: (value) => /^\d+(s|m|h|d|w|mo)$/.test(value),
  regexp: isRegexp,
  network: isNetwork,
  'time zone': isTimeZone,
  'time of day': (value) => /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/.test(value),
  header: (value) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(value),
};

function isRegexp(value: string): boolean {
  try {
    return new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}

function isTimeZone(value: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

function isNetwork(value: string): boolean {
  const [address, prefix, ...rest] = value.split('/');
  if (address === undefined || rest.length > 0) return false;
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}
