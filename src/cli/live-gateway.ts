// A gateway that can be replaced while it runs: requests under way end with the configuration they began with, new ones see the new one.
import type { Gateway } from '../gateway.ts';
import type { AnyReply } from '../http/reply.ts';
import type { IncomingRequest } from '../http/incoming.ts';
import type { Later } from '../lib/later.ts';

/** The gateway on the socket. */
export class LiveGateway implements Gateway {
  private retired: Gateway[] = [];

  constructor(private current: Gateway) {}

  answer(request: IncomingRequest, connection: string): Later<AnyReply> {
    return this.current.answer(request, connection);
  }

  handle(request: Request, connection: string): Promise<Response> {
    return this.current.handle(request, connection);
  }

  inFlight(): number {
    this.retired = this.retired.filter((gateway) => gateway.inFlight() > 0);
    return this.retired.reduce((total, gateway) => total + gateway.inFlight(), this.current.inFlight());
  }

  /** Puts a new gateway in place of the current one. */
  replace(next: Gateway): void {
    this.retired.push(this.current);
    this.current = next;
  }
}
