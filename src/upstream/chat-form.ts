// Speaks a provider's own form of chat: the last touch to a request before it is sent, and the first to what comes back.
import { awsFrames } from './aws-frames.ts';
import { boundedBody } from '../http/bounded-body.ts';
import type { ProviderReader, ProviderResponse, Send } from '../http/provider-response.ts';
import { formatFrame, parseFrame, SseSplitter } from '../lib/sse.ts';
import { HttpError } from '../http/connection.ts';
import { sendForReceipt, tell, Work } from './receipts.ts';
import { isJsonObject, parseJson, type Json, type JsonObject } from '../lib/json.ts';
import { maxAnswerBytes } from '../lib/bounds.ts';
import type { Framing } from '../providers/provider.ts';
import type { AskAgain, ChatForm, FormReader, ToldFrames } from '../providers/forms/chat-form.ts';

const eventStream = /text\/event-stream|application\/vnd\.amazon\.eventstream/;

/** A body in the provider's form. What is no JSON object is left as it is; the provider will say so. */
export function formedBody(pieces: readonly Buffer[], form: ChatForm, stream: boolean): readonly Buffer[] {
  const body = parseJson(Buffer.concat(pieces).toString('utf8'));
  return isJsonObject(body) ? [Buffer.from(JSON.stringify(form.writeRequest(body, stream)))] : pieces;
}

/**
 * Sends like `send` and gives answers in the dialect. Errors pass as they came. Addresses that the provider names are only asked at the
 * host of the first one, or at the form's: the key goes along.
 */
export function formedSend(send: Send, form: ChatForm, stream: boolean, framing: Framing | null): Send {
  return async (url, given) => {
    const request = { ...given, headers: { ...given.headers, ...form.headers?.(stream) } };
    const takeBack = (receipt: Json): void => {
      const address = isJsonObject(receipt) ? form.cancelUrl?.(receipt) : undefined;
      if (address !== undefined && mayAsk(url, address, form.hosts)) tell(send, address, given.headers);
    };
    const first = await (form.cancelUrl ? sendForReceipt(send, url, request, (late) => void jsonOf(late).then(takeBack, () => undefined)) : send(url, request));
    if (first.status >= 300 || !form.collect || isEvents(first)) return first.status >= 300 ? first : told(first, form, framing);
    const ask: AskAgain = (next, headers) => {
      if (!mayAsk(url, next, form.hosts)) throw new HttpError('protocol', 'the provider named an address that is not its own');
      return send(next, { method: 'GET', headers: { ...given.headers, ...headers }, body: Buffer.alloc(0), signal: given.signal });
    };
    const receipt = await jsonOf(first);
    if (!isJsonObject(receipt)) throw new HttpError('protocol', 'the provider answered with something that is not a JSON object');
    const work = new Work(given.signal, () => takeBack(receipt));
    try {
      const collected = await form.collect(receipt, ask, stream);
      if (isLater(collected) && collected.response.status < 300) return await told(collected.response, form, framing, work);
      work.done();
      return isLater(collected) ? collected.response : whole(first, form.readAnswer(collected));
    } catch (error) {
      work.failed();
      throw error;
    }
  };
}

const isLater = (value: JsonObject | { response: ProviderResponse }): value is { response: ProviderResponse } => isJsonObject(value['response']) && 'arrayBuffer' in value['response'];
const isEvents = (response: ProviderResponse): boolean => eventStream.test(response.headers.get('content-type') ?? '');

function mayAsk(first: string, next: string, hosts: RegExp | undefined): boolean {
  if (!URL.canParse(next)) return false;
  const [from, to] = [new URL(first), new URL(next)];
  if (to.username !== '' || to.password !== '') return false;
  return to.origin === from.origin || (to.protocol === 'https:' && from.protocol === 'https:' && hosts?.test(to.hostname) === true);
}

async function told(response: ProviderResponse, form: ChatForm, framing: Framing | null, work?: Work): Promise<ProviderResponse> {
  if (!isEvents(response)) {
    const answer = await jsonOf(response);
    work?.done();
    return whole(response, form.readAnswer(answer));
  }
  const came = response.body?.getReader();
  const reader = came && framing ? awsFrames(came, framing) : came;
  return { status: response.status, headers: response.headers, arrayBuffer: () => response.arrayBuffer(), body: reader ? { getReader: () => toldReader(reader, form.createReader(), work) } : null };
}

/** The provider's frames as the dialect's, one reader in place of another. */
function toldReader(reader: ProviderReader, form: FormReader, work: Work | undefined): ProviderReader {
  const splitter = new SseSplitter();
  const write = (frames: ToldFrames): string => {
    if (frames.includes('done')) work?.done();
    return frames.map((frame) => formatFrame(frame === 'done' ? '[DONE]' : JSON.stringify(frame))).join('');
  };
  const read = (bytes: Buffer): string => {
    const frame = parseFrame(bytes);
    return frame ? write(form.read(frame)) : '';
  };
  return {
    async read() {
      const { done, value } = await reader.read();
      const frames = value ? splitter.push(value) : [];
      if (frames === null) throw new HttpError('protocol', 'an event of the stream is too large');
      const rest = done ? splitter.rest() : null;
      const text = [...frames, ...(rest ? [rest] : [])].map(read).join('');
      return { done, value: Buffer.from(done ? text + write(form.end()) : text) };
    },
    cancel: () => reader.cancel(),
  };
}

async function jsonOf(response: ProviderResponse): Promise<Json> {
  const bytes = await boundedBody(response, maxAnswerBytes);
  const value = bytes === null ? undefined : parseJson(bytes.toString('utf8'));
  if (value === undefined) throw new HttpError('protocol', 'the provider answered with something that is not JSON');
  return value;
}

function whole({ headers }: ProviderResponse, answer: JsonObject): ProviderResponse {
  const bytes = Buffer.from(JSON.stringify(answer));
  return { status: 200, headers: { get: (name) => (name === 'content-type' ? 'application/json' : headers.get(name)), forEach: (visit) => headers.forEach(visit) }, arrayBuffer: () => Promise.resolve(bytes), body: null };
}
