// A turn as each vendor sends it: the frames of a stream, or a whole answer.
import { callId, pieces, scriptedUsage, signatureOf, type ProviderDialectName, type Turn, type Wire } from './turn.ts';
import { formatFrame } from '../../../src/lib/sse.ts';

/** A turn in both forms. */
export interface Said {
  frames: string[];
  answer: Wire;
}

/** Says a turn. `round` numbers it. */
export const say = (dialect: ProviderDialectName, model: string, turn: Turn, round: number): Said => sayings[dialect](model, turn, round);

type Saying = (model: string, turn: Turn, round: number) => Said;

const { input, cached, output, reasoning: reasoningTokens } = scriptedUsage;

const sayings: Record<ProviderDialectName, Saying> = {
  'openai-chat'(model, turn, round) {
    const calls = (turn.calls ?? []).map((call, index) => ({ index, id: callId(round, index), type: 'function', function: { name: call.name, arguments: JSON.stringify(call.arguments) } }));
    const head = { id: `chatcmpl-${round}`, object: 'chat.completion.chunk', created: 1, model };
    const chunk = (delta: Wire, finish: string | null = null): string => formatFrame(JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason: finish }] }));
    const finish = calls.length > 0 ? 'tool_calls' : 'stop';
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output, prompt_tokens_details: { cached_tokens: cached }, completion_tokens_details: { reasoning_tokens: reasoningTokens } };
    return {
      frames: [
        ': PROCESSING\n\n', chunk({ role: 'assistant', content: '' }),
        ...pieces(turn.reasoning ?? '').map((text) => chunk({ reasoning_content: text })), ...pieces(turn.text ?? '').map((text) => chunk({ content: text })),
        ...calls.map((call) => chunk({ tool_calls: [{ ...call, function: { name: call.function.name, arguments: '' } }] })),
        // Fragments of all calls in turns, as some servers send them.
        ...interleaved(calls.map((call) => pieces(call.function.arguments).map((text) => chunk({ tool_calls: [{ index: call.index, function: { arguments: text } }] })))),
        chunk({}, finish), formatFrame(JSON.stringify({ ...head, choices: [], usage })), formatFrame('[DONE]'),
      ],
      answer: {
        ...head, object: 'chat.completion', usage,
        choices: [{ index: 0, finish_reason: finish, message: {
          role: 'assistant', content: turn.text ?? null, ...(turn.reasoning !== undefined && { reasoning_content: turn.reasoning }), ...(calls.length > 0 && { tool_calls: calls.map(({ index: _index, ...call }) => call) }),
        } }],
      },
    };
  },
  'anthropic-messages'(model, turn, round) {
    const blocks: { block: Wire; open: Wire; deltas: Wire[] }[] = [];
    if (turn.reasoning !== undefined) {
      const signature = signatureOf(round);
      blocks.push({ block: { type: 'thinking', thinking: turn.reasoning, signature }, open: { type: 'thinking', thinking: '', signature: '' }, deltas: [...pieces(turn.reasoning).map((thinking) => ({ type: 'thinking_delta', thinking })), { type: 'signature_delta', signature }] });
    }
    if (turn.text !== undefined) blocks.push({ block: { type: 'text', text: turn.text }, open: { type: 'text', text: '' }, deltas: pieces(turn.text).map((text) => ({ type: 'text_delta', text })) });
    for (const [index, call] of (turn.calls ?? []).entries()) {
      const open = { type: 'tool_use', id: callId(round, index), name: call.name, input: {} };
      blocks.push({ block: { ...open, input: call.arguments }, open, deltas: ['', ...pieces(JSON.stringify(call.arguments))].map((text) => ({ type: 'input_json_delta', partial_json: text })) });
    }
    const stop = (turn.calls ?? []).length > 0 ? 'tool_use' : 'end_turn';
    const counts = { input_tokens: input - cached, cache_read_input_tokens: cached, cache_creation_input_tokens: 0 };
    const message = { id: `msg_${round}`, type: 'message', role: 'assistant', model, stop_sequence: null };
    const frame = (value: Wire & { type: string }): string => formatFrame(JSON.stringify(value), value.type);
    return {
      frames: [
        frame({ type: 'message_start', message: { ...message, content: [], stop_reason: null, usage: { ...counts, output_tokens: 1 } } }), frame({ type: 'ping' }),
        ...blocks.flatMap(({ open, deltas }, index) => [frame({ type: 'content_block_start', index, content_block: open }), ...deltas.map((delta) => frame({ type: 'content_block_delta', index, delta })), frame({ type: 'content_block_stop', index })]),
        frame({ type: 'message_delta', delta: { stop_reason: stop, stop_sequence: null }, usage: { output_tokens: output } }), frame({ type: 'message_stop' }),
      ],
      answer: { ...message, content: blocks.map(({ block }) => block), stop_reason: stop, usage: { ...counts, output_tokens: output } },
    };
  },
  'openai-responses': sayResponse,
  gemini(model, turn, round) {
    const signature = turn.reasoning === undefined ? {} : { thoughtSignature: signatureOf(round) };
    const calls = (turn.calls ?? []).map((call, index): Wire => ({ functionCall: { name: call.name, args: call.arguments }, ...(index === 0 && signature) }));
    const thoughts = (texts: string[]): Wire[] => texts.map((text) => ({ text, thought: true }));
    const usageMetadata = { promptTokenCount: input, cachedContentTokenCount: cached, candidatesTokenCount: output - reasoningTokens, thoughtsTokenCount: reasoningTokens, totalTokenCount: input + output };
    const tail = { modelVersion: model, responseId: `gem-${round}` };
    const chunk = (parts: Wire[], rest: Wire = {}): string => `data: ${JSON.stringify({ candidates: [{ content: { role: 'model', parts }, index: 0, ...rest }], usageMetadata, ...tail })}\r\n\r\n`;
    return {
      frames: [...thoughts(pieces(turn.reasoning ?? '')).map((part) => chunk([part])), ...pieces(turn.text ?? '').map((text) => chunk([{ text }])), ...(calls.length > 0 ? [chunk(calls)] : []), chunk([{ text: '' }], { finishReason: 'STOP' })],
      answer: { candidates: [{ index: 0, finishReason: 'STOP', content: { role: 'model', parts: [...thoughts(turn.reasoning === undefined ? [] : [turn.reasoning]), ...(turn.text === undefined ? [] : [{ text: turn.text }]), ...calls] } }], usageMetadata, ...tail },
    };
  },
};

function sayResponse(model: string, turn: Turn, round: number): Said {
  let sequence = 0;
  const event = (type: string, fields: Wire): string => formatFrame(JSON.stringify({ type, sequence_number: sequence++, ...fields }), type);
  const usage = { input_tokens: input, input_tokens_details: { cached_tokens: cached }, output_tokens: output, output_tokens_details: { reasoning_tokens: reasoningTokens }, total_tokens: input + output };
  const head = { id: `resp_scripted_${round}`, object: 'response', created_at: 1, model, parallel_tool_calls: true, tool_choice: 'auto', tools: [], error: null, incomplete_details: null };
  const frames = [event('response.created', { response: { ...head, status: 'in_progress', output: [], usage: null } }), event('response.in_progress', { response: { ...head, status: 'in_progress', output: [], usage: null } })];
  const items: Wire[] = [];
  const add = (item: Wire, open: Wire, between: (place: Wire) => string[]): void => {
    const place = { item_id: item['id'], output_index: items.length };
    frames.push(event('response.output_item.added', { output_index: items.length, item: open }), ...between(place), event('response.output_item.done', { output_index: items.length, item }));
    items.push(item);
  };
  if (turn.reasoning !== undefined) {
    const id = `rs_${round}`;
    const summary = { type: 'summary_text', text: turn.reasoning };
    const item = { type: 'reasoning', id, summary: [summary], encrypted_content: signatureOf(round) };
    add(item, { ...item, summary: [], encrypted_content: null }, (place) => [
      event('response.reasoning_summary_part.added', { ...place, summary_index: 0, part: { ...summary, text: '' } }),
      ...pieces(turn.reasoning ?? '').map((delta) => event('response.reasoning_summary_text.delta', { ...place, summary_index: 0, delta })),
      event('response.reasoning_summary_text.done', { ...place, summary_index: 0, text: turn.reasoning }), event('response.reasoning_summary_part.done', { ...place, summary_index: 0, part: summary }),
    ]);
  }
  if (turn.text !== undefined) {
    const { text } = turn;
    const part = { type: 'output_text', text, annotations: [], logprobs: [] };
    const item = { type: 'message', id: `msg_${round}`, role: 'assistant', status: 'completed', content: [part] };
    add(item, { ...item, status: 'in_progress', content: [] }, (place) => [
      event('response.content_part.added', { ...place, content_index: 0, part: { ...part, text: '' } }),
      ...pieces(text).map((delta) => event('response.output_text.delta', { ...place, content_index: 0, delta, logprobs: [] })),
      event('response.output_text.done', { ...place, content_index: 0, text, logprobs: [] }), event('response.content_part.done', { ...place, content_index: 0, part }),
    ]);
  }
  for (const [index, call] of (turn.calls ?? []).entries()) {
    const text = JSON.stringify(call.arguments);
    const item = { type: 'function_call', id: `fc_${round}_${index}`, call_id: callId(round, index), name: call.name, arguments: text, status: 'completed' };
    add(item, { ...item, arguments: '', status: 'in_progress' }, (place) => [
      ...pieces(text).map((delta) => event('response.function_call_arguments.delta', { ...place, delta })), event('response.function_call_arguments.done', { ...place, arguments: text, name: call.name }),
    ]);
  }
  const whole = { ...head, status: 'completed', output: items, usage };
  frames.push(event('response.completed', { response: whole }));
  return { frames, answer: whole };
}

/** One of each list in turns until all are empty. */
function interleaved(lists: string[][]): string[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).flat();
}
