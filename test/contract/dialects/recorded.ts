// Recorded provider answers (test/fixtures, from vercel/ai under Apache-2.0) as the tests want them.
import { readdirSync, readFileSync } from 'node:fs';
import type { CanonicalAnswer } from '../../../src/canonical/answer.ts';
import type { StreamEvent } from '../../../src/canonical/event.ts';
import { fold } from '../../../src/canonical/fold.ts';
import type { AnswerContext, Capabilities, Dialect, Target } from '../../../src/dialects/dialect.ts';
import type { JsonObject } from '../../../src/lib/json.ts';
import { isJsonObject, parseJsonObject } from '../../../src/lib/json.ts';
import { formatFrame, parseFrame, SseSplitter } from '../../../src/lib/sse.ts';

const root = new URL('../../fixtures/', import.meta.url);

/** A recorded stream: the data of its events in order. */
export interface RecordedStream {
  name: string;
  chunks: string[];
}

/** The recorded streams of some folders; files that hold several answers come as several streams. */
export function recordedStreams(folders: string[]): RecordedStream[] {
  return folders.flatMap((folder) => files(folder, '.chunks.txt').flatMap((file) => {
    const answers: string[][] = [];
    for (const line of readFileSync(new URL(`${folder}/${file}`, root), 'utf8').split('\n').filter((text) => text !== '')) {
      if (answers.length === 0 || line.includes('"type":"response.created"')) answers.push([]);
      answers.at(-1)?.push(line);
    }
    return answers.map((chunks, index) => ({ name: `${folder}/${file}#${index}`, chunks }));
  }));
}

/** The recorded whole answers of some folders. */
export function recordedAnswers(folders: string[]): { name: string; body: JsonObject }[] {
  return folders.flatMap((folder) => files(folder, '.json').map((file) => ({
    name: `${folder}/${file}`, body: JSON.parse(readFileSync(new URL(`${folder}/${file}`, root), 'utf8')) as JsonObject,
  })));
}

const files = (folder: string, end: string): string[] => readdirSync(new URL(`${folder}/`, root)).filter((file) => file.endsWith(end)).toSorted();

/** The bytes of a recorded stream as a provider of the dialect sends them. */
export function bytesOf(chunks: string[]): Buffer {
  return Buffer.from(chunks.map((chunk) => formatFrame(chunk, /^\{.*?"type":"(response\.[a-z_.]+|message_\w+|content_block_\w+|ping|error)"/.exec(chunk)?.[1])).join(''));
}

/** Reads bytes in the given pieces through the splitter, to the end of the connection. */
export function readBytes(dialect: Dialect, pieces: Uint8Array[]): StreamEvent[] {
  const splitter = new SseSplitter();
  const reader = dialect.createReader();
  const events: StreamEvent[] = [];
  for (const piece of pieces) {
    for (const bytes of splitter.push(piece) ?? []) {
      const frame = parseFrame(bytes);
      if (frame) events.push(...reader.read(frame));
    }
  }
  return [...events, ...reader.finish()];
}

/** Reads whole frames. */
export const readChunks = (dialect: Dialect, chunks: string[]): StreamEvent[] => readBytes(dialect, [bytesOf(chunks)]);

/** The whole answer that events fold into; throws when they end otherwise. */
export function answerOf(events: StreamEvent[]): CanonicalAnswer {
  const result = fold(events);
  if (result?.kind !== 'answer') throw new Error(`no answer: ${JSON.stringify(result)}`);
  return result.answer;
}

/** What must survive every crossing: texts, calls, reasoning, ends and usage. */
export function essence(answer: CanonicalAnswer) {
  return {
    choices: answer.choices.map(({ blocks, reason }) => ({
      reason,
      blocks: blocks.map(({ start, text, signature, encrypted, citations }) => ({
        kind: start.kind,
        call: start.kind === 'tool-call' ? [start.id, start.name, start.call, start.namespace] : undefined,
        data: start.kind === 'redacted-thinking' || start.kind === 'image' ? start.data : undefined,
        opaque: start.kind === 'opaque' ? start.value['type'] ?? Object.keys(start.value) : undefined,
        text, signature, encrypted, citations: citations.length,
      })),
    })),
    usage: answer.usage && { ...answer.usage, costUsd: null, serviceTier: null, inputAudioTokens: 0, outputAudioTokens: 0 },
  };
}

/** A context as the request path gives it. */
export function contextFor(dialect: Dialect, body: JsonObject): AnswerContext {
  const request = dialect.readRequest(body, 'alias', true);
  if (!request.ok) throw new Error(request.fault.message);
  return { requestId: 'test', model: 'alias', request: request.value, estimatedInputTokens: 7, nowSeconds: 1_700_000_000 };
}

/** The text that a dialect's writer makes of events. */
export function writeEvents(dialect: Dialect, context: AnswerContext, events: StreamEvent[]): string {
  const writer = dialect.createWriter(context);
  return events.map((event) => writer.write(event)).join('');
}

const capabilities: Capabilities = {
  streamUsage: true, developerRole: true, jsonSchema: true, fileParts: true, cacheControl: false, reasoningField: null,
  thinkingSignatures: false, maxTokensField: 'max_completion_tokens',
};

/** A target that takes everything. */
export const target: Target = { model: 'gemini-3-pro', capabilities, defaultMaxOutputTokens: 4096, dropParams: true, modifyParams: false };

/** The parsed data of all frames of a text. */
export function framesOf(text: string): JsonObject[] {
  const frames = new SseSplitter().push(Buffer.from(text)) ?? [];
  return frames.map((bytes) => parseJsonObject(parseFrame(bytes)?.data ?? '')).filter(isJsonObject);
}
