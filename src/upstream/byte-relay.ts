// Bytes that pass as they come: spoken answers, subtitles. Back-pressure reaches the provider; a broken connection breaks the client's too,
// so that half a sound never looks whole.
import { connectionFault } from './failure.ts';
import { fault, type Fault } from '../canonical/fault.ts';
import type { Connection } from './connection.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { IdleWatch, Watched } from './idle-watch.ts';
import type { ProviderReader } from '../http/provider-response.ts';
import type { StreamEnd } from './call.ts';

/** What a relay of bytes works with. */
export interface ByteRelayParts {
  deployment: Deployment;
  reader: ProviderReader;
  connection: Connection;
  watch: IdleWatch;
  idleLimitMs: number;
  /** Aborted when the client leaves. */
  clientSignal: AbortSignal;
}

/** One body on its way. */
export class ByteRelay implements Watched {
  heardMs = performance.now();
  sentMs = this.heardMs;
  readonly idleLimitMs: number;
  /** Told once, when the body is over for whatever reason. */
  readonly ended: Promise<StreamEnd>;
  private readonly resolveEnd: (end: StreamEnd) => void;
  private over = false;
  private silent = false;
  private readonly onClientLeft = (): void => this.end(connectionFault('client', this.parts.deployment, this.idleLimitMs));

  constructor(private readonly parts: ByteRelayParts) {
    this.idleLimitMs = parts.idleLimitMs;
    const { promise, resolve } = Promise.withResolvers<StreamEnd>();
    this.ended = promise;
    this.resolveEnd = resolve;
    parts.watch.add(this);
    parts.clientSignal.addEventListener('abort', this.onClientLeft, { once: true });
  }

  /** The body for the client. */
  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream<Uint8Array>({ pull: (controller) => this.pull(controller), cancel: this.onClientLeft });
  }

  onSilence(): void {
    this.silent = true;
    this.parts.connection.abort();
  }

  onQuiet(): void {
    // Nothing can be put between bytes to keep them alive.
    this.sentMs = performance.now();
  }

  private async pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const { done, value } = await this.parts.reader.read();
      this.heardMs = performance.now();
      if (value && value.length > 0) controller.enqueue(value);
      if (!done) return;
      this.end(null);
      controller.close();
    } catch {
      this.end(this.brokenFault());
      controller.error(new Error('The provider broke off.'));
    }
  }

  private brokenFault(): Fault {
    const { clientSignal, deployment } = this.parts;
    if (clientSignal.aborted || this.silent) return connectionFault(clientSignal.aborted ? 'client' : 'timeout', deployment, this.idleLimitMs);
    return fault('upstream_stream_broken', 'The connection to the provider broke before the answer was complete.');
  }

  private end(failure: Fault | null): void {
    if (this.over) return;
    this.over = true;
    this.parts.watch.remove(this);
    this.parts.clientSignal.removeEventListener('abort', this.onClientLeft);
    if (failure) this.parts.connection.abort();
    this.resolveEnd({ usage: null, finishReason: null, fault: failure, contentCharacters: 0 });
  }
}
