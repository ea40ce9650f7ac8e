// Reads the events of a Responses stream: a table from event type to handler.
import type { StreamEvent } from '../../canonical/event.ts';
import { fault } from '../../canonical/fault.ts';
import type { StreamReader } from '../dialect.ts';
import type { JsonObject } from '../../lib/json.ts';
import { defined, numberAt, objectAt, parseJsonObject, stringAt } from '../../lib/json.ts';
import type { SseFrame } from '../../lib/sse.ts';
import type { BlockStart } from '../../canonical/event.ts';
import type { ItemState } from './reader-state.ts';
import { ReaderState } from './reader-state.ts';
import { addItem, finishItem, finishPart } from './read-item.ts';
import { endAnswer, failAnswer, startAnswer } from './read-response.ts';

type Handler = (state: ReaderState, event: JsonObject) => void;

const outputIndex = (event: JsonObject): number => numberAt(event, 'output_index') ?? 0;
const contentIndex = (event: JsonObject): number => numberAt(event, 'content_index') ?? 0;

// Items are told apart by output_index alone: some providers send another item_id with every event.
const itemOf = (state: ReaderState, event: JsonObject, type: string): ItemState => state.item(outputIndex(event), type, stringAt(event, 'item_id'));

function openPart(state: ReaderState, event: JsonObject, kind: 'text' | 'refusal') {
  return state.open(itemOf(state, event, 'message'), contentIndex(event), { kind });
}

const lifecycle: Handler = (state, event) => startAnswer(state, objectAt(event, 'response'));

const terminal: Handler = (state, event) => {
  const response = objectAt(event, 'response') ?? {};
  // The event's name says how it ended even where the object does not.
  endAnswer(state, { ...response, status: event['type'] === 'response.incomplete' ? 'incomplete' : 'completed' });
};

const partDone: Handler = (state, event) => {
  const part = objectAt(event, 'part');
  const item = itemOf(state, event, 'message');
  if (part && item.type === 'message') finishPart(state, item, contentIndex(event), part);
};

function textDelta(kind: 'text' | 'refusal'): Handler {
  return (state, event) => {
    const block = openPart(state, event, kind);
    state.delta(block, stringAt(event, 'delta') ?? '');
    state.logprobs(block, event);
  };
}

function textDone(kind: 'text' | 'refusal', key: string): Handler {
  return (state, event) => {
    const block = openPart(state, event, kind);
    if (!block.scored) state.logprobs(block, event);
    state.whole(block, stringAt(event, key));
  };
}

// A call whose item was not announced by name opens when the item is done.
function callDelta(key: string): Handler {
  return (state, event) => {
    const block = state.items.get(outputIndex(event))?.blocks.get(0);
    const text = stringAt(event, key);
    if (block?.kind !== 'tool-call' || text === undefined) return;
    if (key === 'delta') state.delta(block, text);
    else state.whole(block, text);
  };
}

// Summary parts and full texts each have an index; parts of one block are parted by an empty line.
function reasoningDelta(voice: 'summary' | 'text', key: string): Handler {
  return (state, event) => {
    const item = itemOf(state, event, 'reasoning');
    const text = stringAt(event, key) ?? '';
    item.voice ??= voice;
    const part = numberAt(event, voice === 'summary' ? 'summary_index' : 'content_index') ?? 0;
    if (text === '' || item.voice !== voice || item.done) return;
    const block = state.open(item, 0, defined<BlockStart>({ kind: 'thinking', itemId: item.id }));
    if (key === 'text' && block.filled && part === item.part) return;
    if (block.filled && part !== item.part) state.delta(block, '\n\n');
    item.part = part;
    state.delta(block, text);
  };
}

const handlers: Record<string, Handler> = {
  'response.created': lifecycle,
  'response.queued': lifecycle,
  'response.in_progress': lifecycle,
  'response.completed': terminal,
  'response.incomplete': terminal,
  'response.failed': (state, event) => failAnswer(state, objectAt(objectAt(event, 'response'), 'error')),
  'response.cancelled': (state) => failAnswer(state, { message: 'The response was cancelled.' }),
  error: (state, event) => failAnswer(state, objectAt(event, 'error') ?? event),
  'response.output_item.added': (state, event) => {
    const item = objectAt(event, 'item');
    if (item) addItem(state, item, outputIndex(event));
  },
  'response.output_item.done': (state, event) => {
    const item = objectAt(event, 'item');
    if (item) finishItem(state, item, outputIndex(event));
  },
  'response.content_part.added': (state, event) => {
    const type = stringAt(objectAt(event, 'part'), 'type');
    if (type === 'output_text' || type === 'refusal') openPart(state, event, type === 'refusal' ? 'refusal' : 'text');
  },
  'response.content_part.done': partDone,
  'response.output_text.delta': textDelta('text'),
  'response.output_text.done': textDone('text', 'text'),
  'response.refusal.delta': textDelta('refusal'),
  'response.refusal.done': textDone('refusal', 'refusal'),
  'response.output_text.annotation.added': (state, event) => {
    const annotation = objectAt(event, 'annotation');
    if (annotation) state.cite(openPart(state, event, 'text'), annotation);
  },
  'response.function_call_arguments.delta': callDelta('delta'),
  'response.function_call_arguments.done': callDelta('arguments'),
  'response.custom_tool_call_input.delta': callDelta('delta'),
  'response.custom_tool_call_input.done': callDelta('input'),
  'response.reasoning_summary_text.delta': reasoningDelta('summary', 'delta'),
  'response.reasoning_summary_text.done': reasoningDelta('summary', 'text'),
  'response.reasoning_text.delta': reasoningDelta('text', 'delta'),
  'response.reasoning_text.done': reasoningDelta('text', 'text'),
};

// Progress of a hosted tool: travels with its block, so that a Responses client sees it.
const hostedProgress: Handler = (state, event) => {
  const block = state.items.get(outputIndex(event))?.blocks.get(0);
  if (block?.kind === 'opaque') state.opaque(block, event);
};

class Reader implements StreamReader {
  private readonly state = new ReaderState();

  read(frame: SseFrame): StreamEvent[] {
    const { state } = this;
    if (state.ended || frame.data === '[DONE]') return [];
    const event = parseJsonObject(frame.data);
    if (!event) return this.fail('upstream_invalid_answer', 'The provider sent an event that is not JSON.');
    const type = stringAt(event, 'type') ?? frame.event ?? '';
    const handler = Object.hasOwn(handlers, type) ? handlers[type] : undefined;
    if (handler) {
      if (type.startsWith('response.')) startAnswer(state, objectAt(event, 'response'));
      handler(state, type === event['type'] ? event : { ...event, type });
    } else if (objectAt(event, 'error')) {
      failAnswer(state, objectAt(event, 'error'));
    } else {
      hostedProgress(state, event);
    }
    return state.take();
  }

  finish(): StreamEvent[] {
    if (this.state.ended) return [];
    return this.fail('upstream_stream_broken', 'The provider ended the stream before response.completed; the answer is not whole.');
  }

  private fail(code: 'upstream_invalid_answer' | 'upstream_stream_broken', message: string): StreamEvent[] {
    this.state.ended = true;
    return [{ type: 'error', fault: fault(code, message) }];
  }
}

/** A reader for one stream. */
export const createReader = (): StreamReader => new Reader();
