// The log: one JSON line for each model call, and lines for what the operator should know. Lines are collected and written
// together, so that no request waits for the disk. (docs/decisions/log-writer.md says why this is no library.)
import { closeSync, openSync, writeSync } from 'node:fs';
import { thousandths } from '../lib/thousandths.ts';
import type { ExchangeRecord } from './exchange-record.ts';

/** Writes the log. */
export interface Logger {
  exchange(record: ExchangeRecord): void;
  info(message: string, details?: Record<string, unknown>): void;
  warn(message: string, details?: Record<string, unknown>): void;
  error(message: string, details?: Record<string, unknown>): void;
  /** Writes what is still held back. */
  flush(): void;
}

/** How the log is written. */
export interface LoggerOptions {
  /** A file that lines are added to, or standard output when null. */
  file: string | null;
}

// Lines are written when this much has come together, or after this time.
const batchCharacters = 65_536;
const flushMs = 200;
// A reader that takes nothing (a full pipe) must not make the gateway grow: lines beyond this are counted and dropped.
const maxHeldCharacters = 16 * 1024 * 1024;
const standardOutput = 1;

/** The log of a running gateway. */
export function createLogger(options: LoggerOptions): Logger {
  const writer = new LineWriter(options.file === null ? standardOutput : openSync(options.file, 'a', 0o600));
  const say = (level: 'info' | 'warn' | 'error') => (message: string, details: Record<string, unknown> = {}): void => {
    writer.write(JSON.stringify({ level, time: new Date().toISOString(), ...details, msg: message }));
    writer.flush();
  };
  return {
    exchange: (record) => writer.write(lineOf(record, timeText())),
    info: say('info'), warn: say('warn'), error: say('error'),
    flush: () => writer.flush(),
  };
}

let timeMs = 0;
let timeShown = '';

/** The time of now; under load many lines have the same. */
function timeText(): string {
  const nowMs = Date.now();
  if (nowMs !== timeMs) {
    timeMs = nowMs;
    timeShown = new Date(nowMs).toISOString();
  }
  return timeShown;
}

/** A logger that says nothing, for tests and tools. */
export const silentLogger: Logger = { exchange() {}, info() {}, warn() {}, error() {}, flush() {} };

/** Collects lines and writes many at once. */
class LineWriter {
  private held = '';
  private dropped = 0;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(private readonly file: number) {}

  write(line: string): void {
    if (this.held.length > maxHeldCharacters) {
      this.dropped++;
      return;
    }
    this.held += line;
    this.held += '\n';
    if (this.held.length > batchCharacters) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), flushMs);
  }

  flush(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.dropped > 0) {
      this.held += `${JSON.stringify({ level: 'warn', time: new Date().toISOString(), dropped_lines: this.dropped, msg: 'log lines were dropped: nobody reads the log' })}\n`;
      this.dropped = 0;
    }
    let bytes = Buffer.from(this.held);
    this.held = '';
    try {
      while (bytes.length > 0) bytes = bytes.subarray(writeSync(this.file, bytes));
    } catch (error) {
      this.keep(bytes, error);
    }
  }

  /** What could not be written now is kept when the reader is only slow, and given up when it is gone. */
  private keep(bytes: Buffer, error: unknown): void {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EAGAIN') {
      this.held = bytes.toString('utf8') + this.held;
      this.timer ??= setTimeout(() => this.flush(), flushMs);
    } else if (this.file !== standardOutput && code === 'EBADF') {
      closeSync(this.file);
    }
  }
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
// Most names are plain; only the others need the care of JSON.stringify.
const plain = /^[\w ./:*@+-]*$/;
const quoted = (value: string): string => (plain.test(value) ? `"${value}"` : JSON.stringify(value));

// Routes, callers, models and deployments are the same few again and again.
const known = new Map<string, string>();
const maxKnown = 2_000;

function text(value: string): string {
  let shown = known.get(value);
  if (shown === undefined) {
    shown = quoted(value);
    if (known.size < maxKnown && value.length <= longestKnown) known.set(value, shown);
  }
  return shown;
}
const longestKnown = 256;

const member = (name: string, value: string | number): string => `,"${name}":${typeof value === 'number' ? value : text(value)}`;

/** The line of a model call. Members that say nothing are left out. */
export function lineOf(record: ExchangeRecord, time: string): string {
  const { usage } = record;
  let line = `{"level":"info","time":"${time}","msg":"request","request_id":${quoted(record.requestId)},"route":${text(record.route)},"status":${record.status}`;
  if (record.caller !== null) line += member('caller', record.caller);
  line += member('address', record.address);
  if (record.model !== '') line += member('model', record.model);
  if (record.group !== null && record.group !== record.model) line += member('model_group', record.group);
  if (record.deploymentId !== null) line += member('deployment', record.deploymentId);
  if (record.provider !== null) line += member('provider', record.provider);
  line += record.stream ? ',"stream":true' : ',"stream":false';
  if (record.usageKnown) line += `,"input_tokens":${usage.inputTokens},"output_tokens":${usage.outputTokens}`;
  if (usage.cacheReadTokens > 0) line += member('cache_read_tokens', usage.cacheReadTokens);
  if (usage.cacheWriteTokens > 0) line += member('cache_write_tokens', usage.cacheWriteTokens);
  if (usage.reasoningTokens > 0) line += member('reasoning_tokens', usage.reasoningTokens);
  if (record.costUsd !== null) line += member('cost_usd', record.costUsd);
  if (record.cache !== 'off') line += member('cache', record.cache);
  if (record.retries > 0) line += member('retries', record.retries);
  if (record.fallbacks > 0) line += member('fallbacks', record.fallbacks);
  if (record.finishReason !== null) line += member('finish_reason', record.finishReason);
  if (record.attempts.length > 1 || record.fault !== null) line += `,"attempts":${JSON.stringify(record.attempts.map(attemptOf))}`;
  if (record.dropped.length > 0) line += `,"dropped":${JSON.stringify(record.dropped.slice(0, 50))}`;
  if (record.fault !== null) {
    line += member('fault', record.fault);
    line += member('fault_message', (record.faultMessage ?? '').slice(0, 500));
  }
  if (record.firstByteMs !== null) line += `,"first_byte_ms":${thousandths(record.firstByteMs)}`;
  line += `,"total_ms":${thousandths(record.totalMs)}`;
  if (record.overheadMs !== null) line += `,"overhead_ms":${thousandths(record.overheadMs)}`;
  return `${line}}`;
}

const attemptOf = (entry: ExchangeRecord['attempts'][number]): Record<string, unknown> => ({ deployment: entry.deploymentId, ms: round(entry.durationMs), failure: entry.failure });
