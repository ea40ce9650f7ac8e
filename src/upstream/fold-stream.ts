// Makes the whole answer out of a stream that went to a client, so that the response cache keeps one form for both.
import { answerContext } from './translation.ts';
import { dialectOf } from '../dialects/registry.ts';
import { Fold } from '../canonical/fold.ts';
import { parseFrame, SseSplitter } from '../lib/sse.ts';
import { requestOf } from './stream-of-whole.ts';
import type { Call } from './call.ts';
import type { Usage } from '../canonical/usage.ts';

/** The whole answer that a stream in the client's dialect told; null when it cannot be put together. */
export function foldStream(call: Call, bytes: Buffer, usage: Usage | null): Buffer | null {
  const request = requestOf(call);
  if (!request.ok) return null;
  const dialect = dialectOf(call.inbound);
  const reader = dialect.createReader();
  const fold = new Fold();
  for (const frame of new SseSplitter().push(bytes) ?? []) {
    const parsed = parseFrame(frame);
    if (parsed) for (const event of reader.read(parsed)) fold.add(event);
  }
  for (const event of reader.finish()) fold.add(event);
  const result = fold.result();
  if (result?.kind !== 'answer') return null;
  return Buffer.from(JSON.stringify(dialect.writeAnswer({ ...result.answer, usage: usage ?? result.answer.usage }, answerContext(call, request.value))));
}
