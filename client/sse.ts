// Reads server-sent events from a byte stream (WHATWG HTML, section 9.2.6): LF, CRLF or CR, comments, several
// `data:` lines, a byte order mark, and characters and line ends that are split between chunks.

/** One event; `event` is "message" when the stream does not name it. */
export interface ServerSentEvent {
  event: string;
  data: string;
}

/** Events larger than this are refused, so that a broken server cannot fill the memory. */
const maxEventCharacters = 16 * 1024 * 1024;

/** Yields each event of the stream. An event without its closing blank line is dropped, as the standard says. */
export async function* readServerSentEvents(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const decoder = new TextDecoder();
  const fields = new EventFields();
  let pending = '';
  for await (const chunk of chunks) {
    pending += decoder.decode(chunk, { stream: true });
    let start = 0;
    for (;;) {
      const line = nextLine(pending, start);
      if (!line) break;
      start = line.next;
      const event = fields.take(pending.slice(line.start, line.end));
      if (event) yield event;
    }
    pending = pending.slice(start);
    if (pending.length + fields.sizeCharacters > maxEventCharacters) {
      throw new RangeError('A server-sent event is larger than 16 MiB');
    }
  }
  const last = pending.endsWith('\r') ? fields.take(pending.slice(0, -1)) : null;
  if (last) yield last;
}

// Collects the lines of one event.
class EventFields {
  sizeCharacters = 0;
  private event = '';
  private data: string[] = [];

  // Takes one line; gives the event that a blank line completes.
  take(line: string): ServerSentEvent | null {
    if (line === '') return this.complete();
    const colon = line.indexOf(':');
    if (colon === 0) return null;
    const name = colon === -1 ? line : line.slice(0, colon);
    const rest = colon === -1 ? '' : line.slice(colon + 1);
    const value = rest.startsWith(' ') ? rest.slice(1) : rest;
    if (name === 'event') this.event = value;
    if (name === 'data') {
      this.data.push(value);
      this.sizeCharacters += value.length;
    }
    return null;
  }

  private complete(): ServerSentEvent | null {
    const event = this.data.length === 0 ? null : { event: this.event || 'message', data: this.data.join('\n') };
    this.event = '';
    this.data = [];
    this.sizeCharacters = 0;
    return event;
  }
}

interface Line {
  start: number;
  end: number;
  next: number;
}

// The next whole line. A CR at the very end may be half of a CRLF: it waits for the next chunk.
function nextLine(text: string, start: number): Line | null {
  const lineFeed = text.indexOf('\n', start);
  const carriageReturn = lineFeed === -1 ? text.indexOf('\r', start) : text.slice(start, lineFeed).indexOf('\r') + start;
  if (carriageReturn < start) return lineFeed === -1 ? null : { start, end: lineFeed, next: lineFeed + 1 };
  if (carriageReturn + 1 === text.length) return null;
  return { start, end: carriageReturn, next: carriageReturn + (text[carriageReturn + 1] === '\n' ? 2 : 1) };
}
