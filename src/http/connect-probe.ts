// Tells whether an origin can be connected to at all, for requests by `fetch`, which does not say when it has a connection: half of the
// time that a connection may take is waited for an answer, then another connection is tried beside it for the other half.
import { connectTimeout } from './connection.ts';

/** The answer, or a rejection when none came and the origin takes no connection either. */
export function withProbe<T>(url: string, timeoutMs: number, answer: Promise<T>): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(() => {
    const { hostname, port, protocol } = new URL(url);
    void takesConnections(hostname.replace(/^\[|\]$/g, ''), Number(port || (protocol === 'https:' ? 443 : 80)), timeoutMs / 2).then((takes) => {
      if (!takes) reject(connectTimeout(timeoutMs));
    });
  }, timeoutMs / 2);
  answer.then((value) => {
    clearTimeout(timer);
    resolve(value);
  }, (error: unknown) => {
    clearTimeout(timer);
    reject(error);
  });
  return promise;
}

/** False when nothing is heard of the address. One that refuses is heard of: the request itself will say so. */
async function takesConnections(hostname: string, port: number, timeoutMs: number): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), timeoutMs);
  const heard = Bun.connect({ hostname, port, socket: { data: () => undefined } }).then((socket) => {
    socket.end();
    return true;
  }, () => true);
  const takes = await Promise.race([heard, late]);
  clearTimeout(timer);
  return takes;
}
