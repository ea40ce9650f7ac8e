// Reads header lines, of requests and of responses. Names come again and again: each is checked and written in lower case once.

const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
// Control characters but the tab, and line ends that are only half of one: what one program reads as a line end another may not.
// (RFC 9112, section 2.2; RFC 9110, section 5.5)
const unreadable = /[^\t\r\n\x20-\x7e\x80-\xff]|\r(?!\n)|[^\r]\n/;
const knownNames = new Map<string, string>();
const maxKnownNames = 2_000;
const longestKnownName = 64;

/** What is wrong with a head's lines. */
export type HeaderProblem = 'malformed' | 'too many' | { twice: string };

/**
 * Reads the lines of a head from `from` on into `values`, names in lower case. A name that comes again has its values joined, unless it is
 * in `single`.
 */
export function readHeaderLines(head: string, from: number, maxHeaders: number, single: ReadonlySet<string>, values: Map<string, string>): HeaderProblem | null {
  if (unreadable.test(head)) return 'malformed';
  let at = from;
  for (let count = 0; at < head.length; count++) {
    if (count === maxHeaders) return 'too many';
    let end = head.indexOf('\r\n', at);
    if (end === -1) end = head.length;
    const colon = head.indexOf(':', at);
    if (colon <= at || colon >= end) return 'malformed';
    const name = nameOf(head.slice(at, colon));
    if (name === null) return 'malformed';
    const value = trimmed(head, colon + 1, end);
    const known = values.get(name);
    if (known === undefined) values.set(name, value);
    else if (single.has(name)) return { twice: name };
    else values.set(name, `${known}${name === 'cookie' ? '; ' : ', '}${value}`);
    at = end + 2;
  }
  return null;
}

function nameOf(written: string): string | null {
  const known = knownNames.get(written);
  if (known !== undefined) return known;
  const name = written.toLowerCase();
  if (!token.test(name)) return null;
  if (knownNames.size < maxKnownNames && written.length <= longestKnownName) knownNames.set(written, name);
  return name;
}

function trimmed(head: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(head.charCodeAt(start))) start++;
  while (end > start && isBlank(head.charCodeAt(end - 1))) end--;
  return head.slice(start, end);
}

const isBlank = (code: number): boolean => code === 0x20 || code === 0x09;
