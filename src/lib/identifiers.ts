// Ids of requests.

/** A new request id: a UUID of version 7, so that ids sort by time. */
export function newRequestId(): string {
  return Bun.randomUUIDv7();
}
