// The log: one JSON line for each model call, and lines for what the operator should know. Lines are collected and written
// together, so that no request waits for the disk.
import pino from 'pino';
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
  level: 'silent' | 'error' | 'warn' | 'info' | 'debug';
  /** A file, or standard output when null. */
  file: string | null;
}

// Lines are written when this much has come together, or after this time.
const batchBytes = 16_384;
const flushMs = 200;

/** The log of a running gateway. */
export function createLogger(options: LoggerOptions): Logger {
  const destination = pino.destination({ dest: options.file ?? 1, minLength: batchBytes, maxWrite: 4 * batchBytes, sync: true });
  const log = pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } }, destination);
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = (): void => {
    timer = null;
    destination.flushSync();
  };
  const flushSoon = (): void => {
    timer ??= setTimeout(flush, flushMs);
  };
  const say = (level: 'info' | 'warn' | 'error') => (message: string, details: Record<string, unknown> = {}): void => {
    log[level](details, message);
    flush();
  };
  return {
    exchange(record) {
      log.info(lineOf(record), 'request');
      flushSoon();
    },
    info: say('info'), warn: say('warn'), error: say('error'),
    flush() {
      if (timer) clearTimeout(timer);
      flush();
    },
  };
}

/** A logger that says nothing, for tests and tools. */
export const silentLogger: Logger = { exchange() {}, info() {}, warn() {}, error() {}, flush() {} };

const round = (value: number | null): number | null => (value === null ? null : Math.round(value * 1000) / 1000);

/** The line of a model call. Members that say nothing are left out. */
export function lineOf(record: ExchangeRecord): Record<string, unknown> {
  const { usage } = record;
  return {
    request_id: record.requestId,
    route: record.route,
    status: record.status,
    caller: record.caller,
    address: record.address,
    model: record.model,
    ...(record.group !== null && record.group !== record.model && { model_group: record.group }),
    deployment: record.deploymentId,
    provider: record.provider,
    stream: record.stream,
    ...(record.usageKnown && { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens }),
    ...(usage.cacheReadTokens > 0 && { cache_read_tokens: usage.cacheReadTokens }),
    ...(usage.cacheWriteTokens > 0 && { cache_write_tokens: usage.cacheWriteTokens }),
    ...(usage.reasoningTokens > 0 && { reasoning_tokens: usage.reasoningTokens }),
    ...(record.costUsd !== null && { cost_usd: record.costUsd }),
    ...(record.cache !== 'off' && { cache: record.cache }),
    ...(record.retries > 0 && { retries: record.retries }),
    ...(record.fallbacks > 0 && { fallbacks: record.fallbacks }),
    ...((record.attempts.length > 1 || record.fault !== null) && { attempts: record.attempts.map((entry) => ({ deployment: entry.deploymentId, ms: round(entry.durationMs), failure: entry.failure })) }),
    ...(record.dropped.length > 0 && { dropped: record.dropped.slice(0, 50) }),
    ...(record.finishReason !== null && { finish_reason: record.finishReason }),
    ...(record.fault !== null && { fault: record.fault, fault_message: record.faultMessage?.slice(0, 500) }),
    first_byte_ms: round(record.firstByteMs),
    total_ms: round(record.totalMs),
    overhead_ms: round(record.overheadMs),
  };
}
