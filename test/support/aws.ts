// AWS as the tests need it: streams of binary events, and a check of signatures that shares no code with what makes them.
import { createHash, createHmac } from 'node:crypto';
import { writeMessage } from '../../src/http/event-stream.ts';
import type { Line, Play, SeenCall } from './provider.ts';

/** Lines of the form `{"messageStart":{…}}` as Converse's binary events. */
export const converseEvents = (lines: readonly string[]): Buffer[] => lines.map((line) => {
  const [[name = '', value] = []] = Object.entries(JSON.parse(line) as Record<string, unknown>);
  return writeMessage({ ':event-type': name, ':content-type': 'application/json', ':message-type': 'event' }, JSON.stringify(value));
});

/** Events of Anthropic's Messages as InvokeModelWithResponseStream sends them. */
export const invokeEvents = (lines: readonly string[]): Buffer[] => lines.map((line) => writeMessage(
  { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' }, JSON.stringify({ bytes: Buffer.from(line).toString('base64'), p: 'abcdefgh' }),
));

/** Pieces of a server's own stream as SageMaker sends them. */
export const partEvents = (pieces: readonly string[]): Buffer[] => pieces.map((piece) => writeMessage({ ':event-type': 'PayloadPart', ':content-type': 'application/octet-stream', ':message-type': 'event' }, piece));

/** An exception inside a stream. */
export const exceptionEvent = (type: string, message: string): Buffer =>
  writeMessage({ ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' }, JSON.stringify({ message }));

/** A stream of these bytes. `end`: how it ends. */
export const eventStream = (pieces: readonly Uint8Array[], end: 'whole' | 'reset' = 'whole'): Play => async (line: Line) => {
  await line.beginStream({ 'content-type': 'application/vnd.amazon.eventstream' });
  for (const piece of pieces) await line.chunk(piece);
  if (end === 'whole') await line.end();
  else line.reset();
};

const hmac = (key: Buffer | string, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');
const encoded = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

/**
 * What is wrong with the signature of a call; null when it is right. Written from AWS's description alone.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureProblem(call: SeenCall, secretAccessKey: string): string | null {
  const { authorization = '' } = call.headers;
  const parts = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([\w-]+)\/([\w-]+)\/aws4_request, SignedHeaders=([\w;-]+), Signature=([0-9a-f]{64})$/.exec(authorization);
  if (!parts) return `no signature: ${authorization}`;
  const [, , date = '', region = '', service = '', signed = '', signature] = parts;
  const digest = sha256(call.body);
  if (call.headers['x-amz-content-sha256'] !== digest) return 'the digest is another body\'s';
  const [path = '', query = ''] = call.path.split('?', 2);
  const canonical = [
    call.method, path.split('/').map(encoded).join('/'), query.split('&').toSorted().join('&'),
    ...signed.split(';').map((name) => `${name}:${(call.headers[name] ?? '').trim()}`), '', signed, digest,
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', call.headers['x-amz-date'], `${date}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, date), region), service), 'aws4_request');
  return hmac(key, text).toString('hex') === signature ? null : `the signature is not of this request:\n${canonical}`;
}
