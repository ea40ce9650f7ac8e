// Changes single members of a JSON object in its bytes; the values of all other members stay as the client or the provider wrote them.
import type { Outline } from './json-members.ts';

/** New JSON text for a member, or null to remove it. */
export type Edits = ReadonlyMap<string, string | null>;

/** The bytes with the edits made. Members that are not there yet are added at the end. */
export const spliceMembers = (bytes: Buffer, outline: Outline, edits: Edits): Buffer => Buffer.concat(splicePieces(bytes, outline, edits));

/** The same in pieces, of which the large ones are views of `bytes`: a prompt of a hundred kilobytes is not copied to change one name. */
export function splicePieces(bytes: Buffer, outline: Outline, edits: Edits): Buffer[] {
  const pieces: Buffer[] = [];
  const { members, open, close } = outline;
  // Members are copied in as few runs as possible: a run goes on over every member that stays.
  let runStart = open;
  let count = 0;
  let found = 0;
  for (let index = 0; index < members.length; index++) {
    const member = members[index];
    const edit = member && edits.get(member.key);
    if (!member || edit === undefined) {
      count++;
      continue;
    }
    found++;
    if (edit !== null) {
      pieces.push(bytes.subarray(runStart, member.valueStart), Buffer.from(edit));
      runStart = member.valueEnd;
      count++;
    } else {
      const next = members[index + 1];
      const previous = members[index - 1];
      // The comma before a removed member goes with it; for a first member the one after it.
      pieces.push(bytes.subarray(runStart, Math.max(runStart, count === 0 || !previous ? member.start : previous.valueEnd)));
      runStart = count === 0 && next ? next.start : member.valueEnd;
    }
  }
  let end = runStart;
  if (found < edits.size) for (const [key, text] of edits) {
    if (text === null || members.some((member) => member.key === key)) continue;
    if (end < close) pieces.push(bytes.subarray(end, close));
    end = close;
    pieces.push(Buffer.from(`${count === 0 ? '' : ','}${JSON.stringify(key)}:${text}`));
    count++;
  }
  pieces.push(bytes.subarray(end));
  return pieces;
}
