// Writes to a socket what it takes, and keeps the rest until it has room. Small pieces are put together in one buffer that all sockets
// share, so that they leave in one system call and no memory is asked for.

/** The part of Bun's socket that is written to. */
export interface WritableSocket {
  write(data: Uint8Array, offset?: number, length?: number): number;
}

const scratchBytes = 256 * 1024;
const scratch = Buffer.allocUnsafeSlow(scratchBytes);
// Copying a larger piece costs more than a system call of its own.
const smallPiece = 160 * 1024;

/** The unsent bytes of one socket. */
export class SocketWriter {
  private unsent: Buffer[] = [];
  private socket: WritableSocket | null = null;
  unsentBytes = 0;

  /** The socket is there. */
  attach(socket: WritableSocket): void {
    this.socket = socket;
    this.flush();
  }

  /** Sends bytes that nobody will change. */
  write(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const taken = this.unsent.length > 0 || !this.socket ? 0 : Math.max(0, this.socket.write(bytes));
    if (taken < bytes.length) this.keep(taken === 0 ? bytes : bytes.subarray(taken));
  }

  /** Sends a text of latin1 characters with bytes behind it, and maybe another such text. */
  writeAll(head: string, bytes: Buffer | null, tail = ''): void {
    if (head.length > scratchBytes) return this.writePieces([Buffer.from(head, 'latin1'), ...(bytes ? [bytes] : []), Buffer.from(tail, 'latin1')]);
    let end = head === '' ? 0 : scratch.write(head, 0, 'latin1');
    if (bytes) end = this.gather(bytes, end);
    if (tail === '') return this.writeScratch(end);
    if (end + tail.length > scratchBytes) {
      this.writeScratch(end);
      end = 0;
    }
    return this.writeScratch(end + scratch.write(tail, end, 'latin1'));
  }

  /** Sends a text of latin1 characters, what always stands behind it, and maybe a body. */
  writeAnswer(begin: string, end: Buffer, body: Buffer | null): void {
    if (begin.length > scratchBytes) return this.writePieces(body ? [end, body] : [end], begin);
    let gathered = this.gather(end, scratch.write(begin, 0, 'latin1'));
    if (body) gathered = this.gather(body, gathered);
    this.writeScratch(gathered);
  }

  /** Sends pieces that nobody will change. */
  writePieces(pieces: readonly Buffer[], head = ''): void {
    let end = head === '' || head.length > scratchBytes ? 0 : scratch.write(head, 0, 'latin1');
    if (end < head.length) this.write(Buffer.from(head, 'latin1'));
    for (const piece of pieces) end = this.gather(piece, end);
    this.writeScratch(end);
  }

  /** The socket has room. */
  flush(): void {
    while (this.unsent.length > 0) {
      const [piece] = this.unsent;
      if (!piece) return;
      const taken = Math.max(0, this.socket?.write(piece) ?? 0);
      this.unsentBytes -= taken;
      if (taken < piece.length) {
        if (taken > 0) this.unsent[0] = piece.subarray(taken);
        return;
      }
      this.unsent.shift();
    }
  }

  /** Puts a piece behind the `end` bytes that are gathered, or sends both. Gives the new end. */
  private gather(piece: Buffer, end: number): number {
    if (piece.length <= smallPiece && end + piece.length <= scratchBytes) {
      scratch.set(piece, end);
      return end + piece.length;
    }
    this.writeScratch(end);
    this.write(piece);
    return 0;
  }

  private writeScratch(end: number): void {
    if (end === 0) return;
    const taken = this.unsent.length > 0 || !this.socket ? 0 : Math.max(0, this.socket.write(scratch, 0, end));
    // The shared buffer is used again at once: what is left of it needs a place of its own.
    if (taken < end) this.keep(Buffer.from(scratch.subarray(taken, end)));
  }

  private keep(rest: Buffer): void {
    this.unsent.push(rest);
    this.unsentBytes += rest.length;
  }
}
