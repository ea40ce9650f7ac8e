// The first lines of an answer.
import { STATUS_CODES } from 'node:http';

let dateMs = 0;
let dateText = '';

/** The date of answers, which changes once a second. */
function httpDate(): string {
  const nowMs = Date.now();
  if (nowMs - dateMs >= 1_000 || nowMs < dateMs) {
    dateMs = nowMs - (nowMs % 1_000);
    dateText = new Date(nowMs).toUTCString();
  }
  return dateText;
}

const statusLines = new Map<number, string>();

function statusLine(status: number): string {
  let line = statusLines.get(status);
  if (line === undefined) {
    line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n`;
    statusLines.set(status, line);
  }
  return line;
}

/** How a body's end is told: its length, chunks, the end of the connection, or by there being none. */
export type Framing = number | 'chunked' | 'close' | 'none';

/** A whole head. `connection` is said only where it is not what the version of HTTP takes for granted. */
export const replyHead = (status: number, headers: string, framing: Framing, connection: 'close' | 'keep-alive' | null): string => `${headBegin(status, headers, framing, connection)}\r\n`;

/** A head to which lines and the empty one are still to be added. */
export function headBegin(status: number, headers: string, framing: Framing, connection: 'close' | 'keep-alive' | null): string {
  let text = `${statusLine(status)}${headers}date: ${httpDate()}\r\n`;
  if (connection !== null) text += `connection: ${connection}\r\n`;
  if (typeof framing === 'number') text += `content-length: ${framing}\r\n`;
  else if (framing === 'chunked') text += 'transfer-encoding: chunked\r\n';
  return text;
}
