// Random answers of any dialect, cut into random pieces, to a client of any other: texts, thoughts, calls with their arguments, the end and
// the counts arrive, in the order of the blocks.
import { describe, expect, test } from 'bun:test';
import { cut } from '../../support/cut.ts';
import * as fc from 'fast-check';
import { alias, relayed, streamClients } from '../../support/relayed.ts';
import { answerOf, contextFor, readBytes, writeEvents } from './recorded.ts';
import { dialectOf } from '../../../src/dialects/registry.ts';
import { emptyUsage } from '../../../src/canonical/usage.ts';
import { parseJsonObject } from '../../../src/lib/json.ts';
import type { BlockStart, StreamEvent } from '../../../src/canonical/event.ts';
import type { CanonicalAnswer } from '../../../src/canonical/answer.ts';
import type { DialectName } from '../../../src/canonical/dialect-name.ts';

const sources = ['openai-chat', 'openai-responses', 'anthropic-messages', 'gemini', 'bedrock-converse'] as const satisfies readonly DialectName[];
const words = fc.constantFrom('a', ' b', 'é', '漢字', '🎉', '\n', '"', '\\', '👩‍👩‍👧', 'data: x', '}', '\u2028', '\r\n\r\n', ' <b>&', 'event: error', '[DONE]');
const block = fc.record({ kind: fc.constantFrom('text' as const, 'thinking' as const, 'tool-call' as const), texts: fc.array(words, { minLength: 1, maxLength: 6 }), signed: fc.boolean() });
const blocks = fc.array(block, { minLength: 1, maxLength: 8 });
const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 8 });

type Block = ReturnType<typeof blocks['generate']>['value'][number];

function startOf({ kind }: Block, index: number): BlockStart {
  return kind === 'tool-call' ? { kind, id: `call_${index}`, name: `tool_${index}`, call: 'function' } : { kind };
}

function eventsOf(list: readonly Block[]): StreamEvent[] {
  const events: StreamEvent[] = [{ type: 'start', id: 'x', model: 'm', createdSeconds: 1 }];
  for (const [index, item] of list.entries()) {
    const place = { choice: 0, block: index };
    events.push({ type: 'block-start', ...place, start: startOf(item, index) });
    const texts = item.kind === 'tool-call' ? ['{"v":"', ...item.texts.map((text) => JSON.stringify(text).slice(1, -1)), '"}'] : item.texts;
    for (const text of texts) events.push({ type: 'block-delta', ...place, text });
    if (item.kind === 'thinking' && item.signed) events.push({ type: 'block-signature', ...place, signature: `U2ln${index}w==` });
    events.push({ type: 'block-stop', ...place });
  }
  const reason = list.some(({ kind }) => kind === 'tool-call') ? 'tool' : 'end';
  return [...events, { type: 'stop', choice: 0, reason }, { type: 'usage', usage: { ...emptyUsage(), inputTokens: 11, outputTokens: 7 } }, { type: 'end' }];
}

/** What any two dialects share. Neighbours of one kind may become one block; completions have texts only. */
function gist(answer: CanonicalAnswer, client: DialectName): unknown {
  const [choice] = answer.choices;
  const of = (kind: string): string => (choice?.blocks ?? []).filter(({ start }) => start.kind === kind).map(({ text }) => text).join('');
  const text = of('text');
  if (client === 'openai-completions') return { text, usage: [answer.usage?.inputTokens, answer.usage?.outputTokens] };
  return {
    text, thinking: of('thinking'), reason: choice?.reason, usage: [answer.usage?.inputTokens, answer.usage?.outputTokens],
    calls: (choice?.blocks ?? []).flatMap(({ start, text: given }) => (start.kind === 'tool-call' ? [[start.id, start.name, parseJsonObject(given)]] : [])),
  };
}

describe.each(sources)('from %s', (from) => {
  test.each(streamClients.map((client) => [client.name, client] as const))('to %s', async (to, client) => {
    const context = contextFor(dialectOf('openai-chat'), { messages: [{ role: 'user', content: 'hi' }], stream_options: { include_usage: true } });
    await fc.assert(fc.asyncProperty(blocks, sizes, async (list, lengths) => {
      const events = eventsOf(list);
      const sent = Buffer.from(writeEvents(dialectOf(from), context, events));
      const heard = await relayed(client, from, cut(sent, lengths), 'end', true);
      expect(heard.end.fault).toBeNull();
      expect(client.looksFinished(heard.text)).toBe(true);
      expect(gist(answerOf(readBytes(dialectOf(to), [Buffer.from(heard.text)])), to)).toEqual(gist(answerOf(events), to));
      const body = dialectOf(to).writeAnswer(answerOf(readBytes(dialectOf(from), [sent])), contextFor(dialectOf(to), client.body(alias, true) as never));
      expect(gist(answerOf(dialectOf(to).readAnswer(body)), to)).toEqual(gist(answerOf(events), to));
    }), { numRuns: Number(process.env['WEIR_RUNS'] ?? 40) });
  });
});

// Several choices, their pieces mixed, between the dialects that have them.
describe.each([['openai-chat', 'gemini'], ['gemini', 'openai-chat']] as const)('several choices from %s to %s', (from, to) => {
  test('each keeps its own', async () => {
    const client = streamClients.find(({ name }) => name === to);
    if (!client) throw new Error('no such dialect');
    const context = contextFor(dialectOf('openai-chat'), { messages: [{ role: 'user', content: 'hi' }] });
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ choice: fc.nat(3), text: words }), { minLength: 4, maxLength: 30 }), sizes, async (pieces, lengths) => {
      const count = Math.max(...pieces.map(({ choice }) => choice)) + 1;
      const events: StreamEvent[] = [{ type: 'start', id: 'x', model: 'm', createdSeconds: 1 }];
      for (let choice = 0; choice < count; choice++) events.push({ type: 'block-start', choice, block: 0, start: { kind: 'text' } }, { type: 'block-delta', choice, block: 0, text: `${choice}:` });
      for (const { choice, text } of pieces) events.push({ type: 'block-delta', choice, block: 0, text });
      for (let choice = 0; choice < count; choice++) events.push({ type: 'block-stop', choice, block: 0 }, { type: 'stop', choice, reason: choice % 2 === 0 ? 'end' : 'length' });
      events.push({ type: 'end' });
      const heard = await relayed(client, from, cut(Buffer.from(writeEvents(dialectOf(from), context, events)), lengths));
      const told = (answer: CanonicalAnswer): unknown => answer.choices.map(({ blocks: all, reason }) => [all.map(({ text }) => text).join(''), reason]);
      expect(told(answerOf(readBytes(dialectOf(to), [Buffer.from(heard.text)])))).toEqual(told(answerOf(events)));
    }), { numRuns: Number(process.env['WEIR_RUNS'] ?? 40) });
  });
});
