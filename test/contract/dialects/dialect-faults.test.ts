// Failures of providers in the Responses and Gemini dialects, and how their clients are told.
import { describe, expect, test } from 'bun:test';
import { fold } from '../../../src/canonical/fold.ts';
import type { FaultCode } from '../../../src/canonical/fault.ts';
import { fault, faultStatus } from '../../../src/canonical/fault.ts';
import type { Dialect } from '../../../src/dialects/dialect.ts';
import { gemini } from '../../../src/dialects/gemini/index.ts';
import { openaiResponses } from '../../../src/dialects/openai-responses/index.ts';
import { contextFor, framesOf, readChunks, recordedAnswers, writeEvents } from './recorded.ts';
import type { StreamEvent } from '../../../src/canonical/event.ts';

const codeOf = (dialect: Dialect, chunks: object[]): FaultCode | undefined => codeIn(readChunks(dialect, chunks.map((chunk) => JSON.stringify(chunk))));

function codeIn(events: StreamEvent[]): FaultCode | undefined {
  const result = fold(events);
  return result?.kind === 'fault' ? result.fault.code : undefined;
}

describe('read from Responses providers', () => {
  test.each([
    [{ type: 'response.failed', response: { error: { code: 'rate_limit_exceeded', message: 'x' } } }, 'upstream_rate_limited'],
    [{ type: 'response.failed', response: { error: { code: 'context_length_exceeded', message: 'x' } } }, 'upstream_context_window'],
    [{ type: 'response.failed', response: { error: { code: 'server_error', message: 'x' } } }, 'upstream_failed'],
    [{ type: 'response.failed', response: {} }, 'upstream_failed'],
    [{ type: 'error', code: 'invalid_prompt', message: 'x' }, 'upstream_bad_request'],
    [{ type: 'error', error: { type: 'overloaded_error', message: 'x' } }, 'upstream_overloaded'],
    [{ error: { code: 401, message: 'x' } }, 'upstream_authentication'],
    [{ type: 'response.created', response: {} }, 'upstream_stream_broken'],
  ] as const)('%j', (event, code) => {
    expect(codeOf(openaiResponses, [event])).toBe(code);
  });

  test('an error body in place of an answer', () => {
    const error = recordedAnswers(['openai-responses']).find(({ name }) => name.includes('error'));
    expect(codeIn(openaiResponses.readAnswer(error?.body ?? {}))).toBe('upstream_bad_request');
    expect(codeIn(openaiResponses.readAnswer({ status: 'failed', output: [], error: null }))).toBe('upstream_failed');
    expect(codeIn(openaiResponses.readAnswer({ choices: [] }))).toBe('upstream_invalid_answer');
  });
});

describe('read from Google', () => {
  test.each([
    [{ error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED' } }, 'upstream_rate_limited'],
    [{ error: { status: 'UNAVAILABLE' } }, 'upstream_unavailable'],
    [{ candidates: [{ content: { parts: [] }, finishReason: 'MALFORMED_FUNCTION_CALL' }] }, 'upstream_invalid_answer'],
    [{ candidates: [{ content: { parts: [{ text: 'Hel' }] } }] }, 'upstream_stream_broken'],
  ] as const)('%j', (event, code) => {
    expect(codeOf(gemini, [event])).toBe(code);
  });

  test('a refused prompt is an answer that was filtered', () => {
    const result = fold(gemini.readAnswer({ promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 4, totalTokenCount: 4 } }));
    expect(result).toMatchObject({ kind: 'answer', answer: { choices: [{ reason: 'filter', native: 'SAFETY', blocks: [] }], usage: { inputTokens: 4 } } });
  });
});

describe('told to clients', () => {
  const limited = fault('upstream_rate_limited', 'Slow down.', { upstream: { errorName: 'OpenAIException', status: 429, message: 'Slow down.' } });

  test('Responses', () => {
    expect(openaiResponses.renderFault(fault('parameter_missing', 'No input.', { param: 'input' }))).toEqual({
      status: 400, body: { error: { message: 'No input.', type: 'invalid_request_error', param: 'input', code: '400' } },
    });
    expect(openaiResponses.renderStreamFault(limited, 7)).toStartWith('event: response.failed\n');
    expect(framesOf(openaiResponses.renderStreamFault(limited, 7))).toMatchObject([
      { type: 'response.failed', sequence_number: 7, response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow down.' } } },
    ]);
  });

  test('Gemini', () => {
    const message = 'litellm.RateLimitError: RateLimitError: OpenAIException - Slow down.';
    expect(gemini.renderFault(limited)).toEqual({ status: 429, body: { error: { code: 429, message, status: 'RESOURCE_EXHAUSTED' } } });
    expect(gemini.renderStreamFault(limited, 0)).toBe(`data: {"error":{"code":429,"message":"${message}","status":"RESOURCE_EXHAUSTED"}}\n\n`);
    expect(gemini.renderFault(fault('upstream_failed', 'x', { status: 418 })).body).toMatchObject({ error: { status: 'INVALID_ARGUMENT' } });
    expect(faultStatus(limited)).toBe(429);
  });

  test('nothing follows an error', () => {
    const events: StreamEvent[] = [{ type: 'error', fault: limited }, { type: 'end' }, { type: 'error', fault: limited }];
    for (const dialect of [openaiResponses, gemini]) {
      expect(framesOf(writeEvents(dialect, contextFor(dialect, { input: 'x', contents: [] }), events)).filter((frame) => 'error' in frame || frame['type'] === 'response.failed')).toHaveLength(1);
    }
  });
});
