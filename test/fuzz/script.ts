// Random answers: text, thinking and up to eight calls of tools in any order and mixture, and how each vendor would stream them.
import * as fc from 'fast-check';
import { formatFrame } from '../../src/lib/sse.ts';
import type { ProviderDialectName, Wire } from '../support/model/turn.ts';

/** A piece of an answer. Fragments of a call's argument come at any time between the others. */
export type Step = { kind: 'text' | 'thinking'; text: string } | { kind: 'call'; call: number; text: string };

const words = fc.constantFrom('a', ' b', 'é', '漢字', '🎉', '\n', '"', '\\', '👩‍👩‍👧', 'data: x', '}', '\u2028', ' <b>&');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('text' as const, 'thinking' as const), text: words }),
  fc.record({ kind: fc.constant('call' as const), call: fc.nat(7), text: words }),
);

/** An answer. */
export const steps: fc.Arbitrary<Step[]> = fc.array(step, { minLength: 1, maxLength: 40 });

/** Sizes of the pieces in which its bytes come; they cut characters too. */
export const sizes: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 12 });

/** What a client should have in the end. */
export interface Whole {
  text: string;
  thinking: string;
  /** Arguments by the tool's name. */
  calls: Record<string, unknown>;
}

/** The sum of the steps. */
export function wholeOf(list: readonly Step[]): Whole {
  const whole = { text: '', thinking: '', calls: new Map<string, string>() };
  for (const item of list) {
    if (item.kind === 'call') whole.calls.set(`tool_${item.call}`, (whole.calls.get(`tool_${item.call}`) ?? '') + item.text);
    else whole[item.kind] += item.text;
  }
  return { ...whole, calls: Object.fromEntries([...whole.calls].map(([name, v]) => [name, { v }])) };
}

/** The bytes of a vendor's stream. */
export const bytesOf = (dialect: ProviderDialectName, list: readonly Step[]): Buffer => Buffer.from(render[dialect](list));

// The arguments are one JSON object whose only string grows.
const opening = '{"v":"';
const closing = '"}';
const inner = (text: string): string => JSON.stringify(text).slice(1, -1);
const usage = { input: 11, output: 5 };

const render: Record<ProviderDialectName, (list: readonly Step[]) => string> = {
  'openai-chat'(list) {
    const chunk = (delta: Wire, finish: string | null = null): string => formatFrame(JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] }));
    // Numbered without gaps, in the order of their first fragment.
    const seen = new Map<number, number>();
    let out = chunk({ role: 'assistant', content: '' });
    for (const item of list) {
      if (item.kind !== 'call') {
        out += chunk(item.kind === 'text' ? { content: item.text } : { reasoning_content: item.text });
        continue;
      }
      const index = seen.get(item.call) ?? seen.size;
      if (!seen.has(item.call)) out += chunk({ tool_calls: [{ index, id: `call_${item.call}`, type: 'function', function: { name: `tool_${item.call}`, arguments: opening } }] });
      seen.set(item.call, index);
      out += chunk({ tool_calls: [{ index, function: { arguments: inner(item.text) } }] });
    }
    for (const index of seen.values()) out += chunk({ tool_calls: [{ index, function: { arguments: closing } }] });
    out += chunk({}, seen.size > 0 ? 'tool_calls' : 'stop');
    out += formatFrame(JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage: { prompt_tokens: usage.input, completion_tokens: usage.output, total_tokens: usage.input + usage.output } }));
    return out + formatFrame('[DONE]');
  },
  'anthropic-messages'(list) {
    const frame = (value: Wire & { type: string }): string => formatFrame(JSON.stringify(value), value.type);
    let out = frame({ type: 'message_start', message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: usage.input, output_tokens: 1 } } });
    let index = -1;
    let flowing = '';
    const calls = new Map<number, number>();
    const close = (): void => {
      if (flowing === 'thinking') out += frame({ type: 'content_block_delta', index, delta: { type: 'signature_delta', signature: 'U2ln' } });
      if (flowing !== '') out += frame({ type: 'content_block_stop', index });
      flowing = '';
    };
    for (const item of list) {
      if (item.kind === 'call') {
        if (!calls.has(item.call)) {
          close();
          calls.set(item.call, ++index);
          out += frame({ type: 'content_block_start', index, content_block: { type: 'tool_use', id: `toolu_${item.call}`, name: `tool_${item.call}`, input: {} } });
          out += frame({ type: 'content_block_delta', index, delta: { type: 'input_json_delta', partial_json: opening } });
        }
        out += frame({ type: 'content_block_delta', index: calls.get(item.call) ?? 0, delta: { type: 'input_json_delta', partial_json: inner(item.text) } });
        continue;
      }
      if (flowing !== item.kind) {
        close();
        flowing = item.kind;
        out += frame({ type: 'content_block_start', index: ++index, content_block: item.kind === 'text' ? { type: 'text', text: '' } : { type: 'thinking', thinking: '', signature: '' } });
      }
      out += frame({ type: 'content_block_delta', index, delta: item.kind === 'text' ? { type: 'text_delta', text: item.text } : { type: 'thinking_delta', thinking: item.text } });
    }
    close();
    for (const place of calls.values()) out += frame({ type: 'content_block_delta', index: place, delta: { type: 'input_json_delta', partial_json: closing } }) + frame({ type: 'content_block_stop', index: place });
    return out + frame({ type: 'message_delta', delta: { stop_reason: calls.size > 0 ? 'tool_use' : 'end_turn', stop_sequence: null }, usage: { output_tokens: usage.output } }) + frame({ type: 'message_stop' });
  },
  'openai-responses': renderResponse,
  gemini(list) {
    const last = new Map(list.map((item, at) => [item.kind === 'call' ? item.call : -1, at]));
    const { calls } = wholeOf(list);
    const usageMetadata = { promptTokenCount: usage.input, candidatesTokenCount: usage.output, totalTokenCount: usage.input + usage.output };
    const chunk = (parts: Wire[], rest: Wire = {}): string => `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts }, index: 0, ...rest }], usageMetadata, modelVersion: 'm', responseId: 'g' })}\r\n\r\n`;
    let out = '';
    for (const [at, item] of list.entries()) {
      if (item.kind !== 'call') out += chunk([item.kind === 'text' ? { text: item.text } : { text: item.text, thought: true }]);
      // A call comes whole, when its last fragment does.
      else if (last.get(item.call) === at) out += chunk([{ functionCall: { name: `tool_${item.call}`, args: calls[`tool_${item.call}`] } }]);
    }
    return out + chunk([{ text: '' }], { finishReason: 'STOP' });
  },
};

function renderResponse(list: readonly Step[]): string {
  let sequence = 0;
  const event = (type: string, fields: Wire): string => formatFrame(JSON.stringify({ type, sequence_number: sequence++, ...fields }), type);
  const head = { id: 'resp_1', object: 'response', created_at: 1, model: 'm', error: null, incomplete_details: null, tools: [], parallel_tool_calls: true, tool_choice: 'auto' };
  let out = event('response.created', { response: { ...head, status: 'in_progress', output: [], usage: null } });
  const items: Wire[] = [];
  const calls = new Map<number, { place: Wire; item: Wire; text: string }>();
  const current: { flowing: { kind: 'text' | 'thinking'; place: Wire; item: Wire; text: string } | null } = { flowing: null };
  const open = (item: Wire): Wire => {
    items.push(item);
    out += event('response.output_item.added', { output_index: items.length - 1, item: { ...item } });
    return { item_id: item['id'], output_index: items.length - 1 };
  };
  const done = (place: Wire, item: Wire): string => event('response.output_item.done', { output_index: place['output_index'], item });
  const close = (): void => {
    if (!current.flowing) return;
    const { kind, place, item, text } = current.flowing;
    current.flowing = null;
    if (kind === 'text') {
      const part = { type: 'output_text', text, annotations: [] };
      Object.assign(item, { status: 'completed', content: [part] });
      out += event('response.output_text.done', { ...place, content_index: 0, text }) + event('response.content_part.done', { ...place, content_index: 0, part });
    } else {
      const part = { type: 'summary_text', text };
      Object.assign(item, { summary: [part], encrypted_content: 'RU5D' });
      out += event('response.reasoning_summary_text.done', { ...place, summary_index: 0, text }) + event('response.reasoning_summary_part.done', { ...place, summary_index: 0, part });
    }
    out += done(place, item);
  };
  for (const item of list) {
    if (item.kind === 'call') {
      let call = calls.get(item.call);
      if (!call) {
        close();
        const made: Wire = { type: 'function_call', id: `fc_${item.call}`, call_id: `call_${item.call}`, name: `tool_${item.call}`, arguments: '', status: 'in_progress' };
        call = { item: made, place: open(made), text: opening };
        calls.set(item.call, call);
        out += event('response.function_call_arguments.delta', { ...call.place, delta: opening });
      }
      call.text += inner(item.text);
      out += event('response.function_call_arguments.delta', { ...call.place, delta: inner(item.text) });
      continue;
    }
    let { flowing } = current;
    if (flowing?.kind !== item.kind) {
      close();
      const made: Wire = item.kind === 'text' ? { type: 'message', id: `msg_${items.length}`, role: 'assistant', status: 'in_progress', content: [] } : { type: 'reasoning', id: `rs_${items.length}`, summary: [] };
      const place = open(made);
      flowing = { kind: item.kind, place, item: made, text: '' };
      current.flowing = flowing;
      out += item.kind === 'text' ? event('response.content_part.added', { ...place, content_index: 0, part: { type: 'output_text', text: '', annotations: [] } })
        : event('response.reasoning_summary_part.added', { ...place, summary_index: 0, part: { type: 'summary_text', text: '' } });
    }
    flowing.text += item.text;
    out += item.kind === 'text' ? event('response.output_text.delta', { ...flowing.place, content_index: 0, delta: item.text }) : event('response.reasoning_summary_text.delta', { ...flowing.place, summary_index: 0, delta: item.text });
  }
  close();
  for (const { place, item, text } of calls.values()) {
    Object.assign(item, { arguments: text + closing, status: 'completed' });
    out += event('response.function_call_arguments.delta', { ...place, delta: closing }) + event('response.function_call_arguments.done', { ...place, arguments: text + closing }) + done(place, item);
  }
  return out + event('response.completed', { response: { ...head, status: 'completed', output: items, usage: { input_tokens: usage.input, output_tokens: usage.output, total_tokens: usage.input + usage.output } } });
}
