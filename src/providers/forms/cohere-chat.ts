// Cohere's own chat (v2), told as OpenAI's: unlike its compatibility API it takes documents and gives citations and the plan of its tools.
// https://docs.cohere.com/reference/chat and …/chat-stream
import { arrayAt, defined, isJsonObject, numberAt, objectAt, parseJsonObject, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import type { ChatForm, FormReader, ToldFrames } from './chat-form.ts';

const finishReasons = new Map([
  ['COMPLETE', 'stop'], ['STOP_SEQUENCE', 'stop'], ['MAX_TOKENS', 'length'], ['TOOL_CALL', 'tool_calls'], ['ERROR', 'stop'], ['TIMEOUT', 'length'],
]);
const efforts = new Map([['none', 'disabled'], ['minimal', 'disabled']]);

/** Cohere's chat. */
export const cohereChat: ChatForm = {
  writeRequest({
    max_completion_tokens: newer, max_tokens: older, top_p: share, top_k: count, stop, tool_choice: choice, tools, messages, response_format: format, reasoning_effort: effort, ...rest
  }) {
    const limit = newer ?? older;
    return defined<JsonObject>({
      ...rest, messages: Array.isArray(messages) ? messages.map(message) : messages, max_tokens: limit, p: share ?? rest['p'], k: count ?? rest['k'],
      stop_sequences: typeof stop === 'string' ? [stop] : stop, ...toolsFor(tools, choice), response_format: formatFor(format),
      thinking: typeof effort === 'string' ? rest['thinking'] ?? { type: efforts.get(effort) ?? 'enabled' } : rest['thinking'],
    });
  },
  readAnswer(value) {
    const answer = isJsonObject(value) ? value : {};
    const said = objectAt(answer, 'message');
    const parts = arrayAt(said, 'content').filter(isJsonObject);
    const textOf = (type: string, member: string): string => parts.filter((part) => part['type'] === type).map((part) => stringAt(part, member) ?? '').join('');
    const calls = arrayAt(said, 'tool_calls');
    const text = textOf('text', 'text');
    const [reasoning, annotations] = [textOf('thinking', 'thinking') || (stringAt(said, 'tool_plan') ?? ''), arrayAt(said, 'citations').filter(isJsonObject).flatMap(annotationsOf)];
    return {
      id: stringAt(answer, 'id') ?? crypto.randomUUID(), object: 'chat.completion', created: nowSeconds(), model: '',
      choices: [{
        index: 0, finish_reason: reasonOf(answer),
        message: defined<JsonObject>({
          role: 'assistant', content: text === '' && calls.length > 0 ? null : text, reasoning_content: reasoning || undefined,
          tool_calls: calls.length > 0 ? calls : undefined, annotations: annotations.length > 0 ? annotations : undefined,
        }),
      }],
      usage: usageOf(objectAt(answer, 'usage')) ?? null,
    };
  },
  createReader: () => new CohereReader(),
};

const nowSeconds = (): number => Math.floor(Date.now() / 1000);
const reasonOf = (holder: JsonObject | undefined): string => finishReasons.get(stringAt(holder, 'finish_reason') ?? '') ?? 'stop';

function message(value: Json): Json {
  if (!isJsonObject(value)) return value;
  const { reasoning_content: plan, annotations: _annotations, name: _name, refusal: _refusal, role, ...rest } = value;
  // What Cohere thought before it called tools goes back where it came from.
  const calls = Array.isArray(rest['tool_calls']) && rest['tool_calls'].length > 0;
  return { ...rest, role: role === 'developer' ? 'system' : role ?? 'user', ...(calls && typeof plan === 'string' && { tool_plan: plan }), ...(calls && rest['content'] === null && { content: [] }) };
}

/** Cohere knows `REQUIRED` and `NONE`; a single tool is demanded by being the only one. */
function toolsFor(tools: Json | undefined, choice: Json | undefined): JsonObject {
  const list = Array.isArray(tools) ? tools : undefined;
  if (list === undefined) return {};
  const wanted = isJsonObject(choice) ? stringAt(objectAt(choice, 'function'), 'name') : undefined;
  if (wanted !== undefined) return { tools: list.filter((tool) => isJsonObject(tool) && stringAt(objectAt(tool, 'function'), 'name') === wanted), tool_choice: 'REQUIRED' };
  if (choice === 'required') return { tools: list, tool_choice: 'REQUIRED' };
  return { tools: list, ...(choice === 'none' && { tool_choice: 'NONE' }) };
}

function formatFor(format: Json | undefined): Json | undefined {
  if (!isJsonObject(format) || format['type'] !== 'json_schema') return format;
  return defined<JsonObject>({ type: 'json_object', json_schema: objectAt(objectAt(format, 'json_schema'), 'schema') });
}

function usageOf(usage: JsonObject | undefined): JsonObject | undefined {
  const tokens = objectAt(usage, 'tokens') ?? objectAt(usage, 'billed_units');
  if (!tokens) return undefined;
  const [input, output] = [numberAt(tokens, 'input_tokens') ?? 0, numberAt(tokens, 'output_tokens') ?? 0];
  const cached = numberAt(usage, 'cached_tokens');
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output, ...(cached !== undefined && { prompt_tokens_details: { cached_tokens: cached } }) };
}

/** One annotation for each source, as LiteLLM gives them. */
function annotationsOf(citation: JsonObject): JsonObject[] {
  return arrayAt(citation, 'sources').filter(isJsonObject).map((source) => ({
    type: 'url_citation',
    url_citation: {
      start_index: numberAt(citation, 'start') ?? 0, end_index: numberAt(citation, 'end') ?? 0,
      title: stringAt(objectAt(source, 'document'), 'title') ?? stringAt(citation, 'text') ?? '',
      url: stringAt(source, 'url') ?? stringAt(objectAt(source, 'document'), 'url') ?? `source:${stringAt(source, 'id') ?? 'unknown'}`,
    },
  }));
}

class CohereReader implements FormReader {
  private id: string = crypto.randomUUID();
  private readonly created = nowSeconds();

  read(frame: Parameters<FormReader['read']>[0]): ToldFrames {
    const event = parseJsonObject(frame.data);
    const said = objectAt(objectAt(event, 'delta'), 'message');
    const index = numberAt(event, 'index') ?? 0;
    switch (stringAt(event, 'type') ?? frame.event) {
      case 'message-start':
        this.id = stringAt(event, 'id') ?? this.id;
        return [this.chunk({ role: 'assistant', content: '' })];
      case 'content-delta': {
        const content = objectAt(said, 'content');
        const [text, thinking] = [stringAt(content, 'text'), stringAt(content, 'thinking')];
        return thinking ? [this.chunk({ reasoning_content: thinking })] : text ? [this.chunk({ content: text })] : [];
      }
      case 'tool-plan-delta': return [this.chunk({ reasoning_content: stringAt(said, 'tool_plan') ?? '' })];
      case 'tool-call-start': case 'tool-call-delta': {
        const call = objectAt(said, 'tool_calls');
        return call ? [this.chunk({ tool_calls: [{ ...call, index }] })] : [];
      }
      case 'citation-start': {
        const citation = objectAt(said, 'citations');
        return citation ? [this.chunk({ annotations: annotationsOf(citation) })] : [];
      }
      case 'message-end': {
        const delta = objectAt(event, 'delta');
        const failure = stringAt(delta, 'error');
        if (failure !== undefined) return [{ error: { message: failure, type: 'api_error', code: 500 } }];
        const usage = usageOf(objectAt(delta, 'usage'));
        return [this.chunk({}, reasonOf(delta)), ...(usage ? [{ ...this.chunk({}), choices: [], usage }] : []), 'done'];
      }
      default: return [];
    }
  }

  end(): ToldFrames {
    return [];
  }

  private chunk(delta: JsonObject, reason: string | null = null): JsonObject {
    return { id: this.id, object: 'chat.completion.chunk', created: this.created, model: '', choices: [{ index: 0, delta, finish_reason: reason }] };
  }
}
