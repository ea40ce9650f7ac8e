// What a request has in common with the rest of its conversation, so that it can go where its prompt is cached: the session that the
// client names, else what the conversation began with. Always within one tenant.
import { isJsonObject, stringAt } from '../lib/json.ts';
import { findMember, memberValue, outlineAt, skipSpace, valueEndOf } from '../lib/json-members.ts';
import { sessionOfUserId } from '../dialects/end-user.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { Session } from '../routing/trail.ts';
import type { RequestHeaders } from '../http/incoming.ts';

// Claude Code, Codex (two spellings), opencode, and LiteLLM's own.
const sessionHeaders = ['x-claude-code-session-id', 'session-id', 'session_id', 'x-session-id', 'x-session-affinity', 'x-litellm-session-id', 'thread-id'] as const;
// Longer ones are cut: what they have in common is told by their beginning.
const longestName = 512;
// A conversation's opening: everything up to the first message of the user, but no more items than this.
const openingItems = 4;

/** The request's session; null when there is nothing to tell it by. */
export function sessionOf(tenant: string, headers: RequestHeaders, body: JsonBody): Session | null {
  const named = namedSession(headers, body);
  if (named !== null) return { key: `${tenant}\n${named.slice(0, longestName)}`, follows: true };
  const opening = openingOf(body);
  return opening && { key: `${tenant}\n${endUser(body)}\n${opening.hash}`, follows: opening.goesOn };
}

/** The session that the client names; null: none. */
export function namedSession(headers: RequestHeaders, body: JsonBody): string | null {
  for (const name of sessionHeaders) {
    const value = headers.get(name);
    if (value !== null && value !== '') return value;
  }
  const key = textOf(body, 'prompt_cache_key') ?? textOf(body, 'litellm_session_id');
  if (key !== undefined) return key;
  const metadata = body.kindOf('metadata') === 'object' ? body.get('metadata') : undefined;
  if (!isJsonObject(metadata)) return null;
  const userId = stringAt(metadata, 'user_id');
  return stringAt(metadata, 'session_id') ?? (userId === undefined ? null : sessionOfUserId(userId) ?? null);
}

function endUser(body: JsonBody): string {
  const metadata = body.kindOf('metadata') === 'object' ? body.get('metadata') : undefined;
  return (textOf(body, 'user') ?? (isJsonObject(metadata) ? stringAt(metadata, 'user_id') : undefined) ?? '').slice(0, longestName);
}

function textOf(body: JsonBody, name: string): string | undefined {
  const value = body.kindOf(name) === 'string' ? body.get(name) : undefined;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A hash of the bytes of system prompt and first user message; it is not kept from anybody, so it need not be a secret one. */
function openingOf({ bytes, outline }: JsonBody): { hash: string; goesOn: boolean } | null {
  let hash = 0n;
  let goesOn = false;
  let found = false;
  const take = (start: number, end: number): void => {
    hash = Bun.hash.wyhash(bytes.subarray(start, end), hash);
    found = true;
  };
  for (const name of ['system', 'instructions', 'systemInstruction', 'system_instruction']) {
    const member = findMember(outline, name);
    if (member) take(member.valueStart, member.valueEnd);
  }
  for (const name of ['messages', 'input', 'contents', 'prompt']) {
    const member = findMember(outline, name);
    if (!member) continue;
    if (bytes[member.valueStart] !== 0x5b) {
      take(member.valueStart, member.valueEnd);
      break;
    }
    const end = openingEnd(bytes, member.valueStart);
    if (end === null) break;
    take(member.valueStart, end);
    goesOn = bytes[skipSpace(bytes, end)] === 0x2c;
    break;
  }
  return found ? { hash: hash.toString(36), goesOn } : null;
}

/** Where the first user message of a list ends. */
function openingEnd(bytes: Buffer, open: number): number | null {
  let at = skipSpace(bytes, open + 1);
  for (let count = 0; count < openingItems && at < bytes.length && bytes[at] !== 0x5d; count++) {
    const end = valueEndOf(bytes, at);
    if (end === -1) return null;
    if (count === openingItems - 1 || isUserMessage(bytes, at)) return end;
    at = skipSpace(bytes, end);
    if (bytes[at] !== 0x2c) return end;
    at = skipSpace(bytes, at + 1);
  }
  return at > open + 1 ? at : null;
}

function isUserMessage(bytes: Buffer, at: number): boolean {
  const outline = outlineAt(bytes, at);
  return outline !== null && memberValue(bytes, findMember(outline, 'role')) === 'user';
}
