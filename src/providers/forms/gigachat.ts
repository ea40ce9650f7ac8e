// GigaChat, told as OpenAI's chat: it calls functions one at a time, in the words that OpenAI had before tools, with arguments as objects.
// https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-chat and …/guides/functions
import { arrayAt, defined, isJsonObject, objectAt, parseJson, stringAt, type Json, type JsonObject } from '../../lib/json.ts';
import type { ChatForm, FormReader, ToldFrames } from './chat-form.ts';

/** GigaChat. */
export const gigaChat: ChatForm = {
  writeRequest({ messages, tools, tool_choice: choice, functions, function_call: called, temperature, top_p: share, ...rest }) {
    const offered = Array.isArray(tools) ? tools.flatMap(functionOf) : functions;
    return defined<JsonObject>({
      ...rest, messages: Array.isArray(messages) ? messagesOf(messages) : messages,
      functions: Array.isArray(offered) && offered.length === 0 ? undefined : offered, function_call: Array.isArray(tools) ? choiceOf(choice, tools) : called,
      // It takes no temperature of 0; the same is said by a share of 0.
      ...(temperature === 0 ? { top_p: 0 } : { temperature, top_p: share }),
    });
  },
  readAnswer(value) {
    if (!isJsonObject(value)) return {};
    return { ...value, object: 'chat.completion', choices: arrayAt(value, 'choices').map((choice) => told(choice, 'message', new Ids())) };
  },
  createReader: () => new GigaChatReader(),
};

function functionOf(tool: Json): JsonObject[] {
  const given = isJsonObject(tool) ? objectAt(tool, 'function') : undefined;
  return given ? [defined<JsonObject>({ name: given['name'], description: given['description'] ?? '', parameters: given['parameters'] ?? { type: 'object', properties: {} } })] : [];
}

// It has no word for `required`; of one function that is to name it.
function choiceOf(choice: Json | undefined, tools: readonly Json[]): Json | undefined {
  const [only] = tools.length === 1 ? tools.flatMap(functionOf) : [];
  const named = isJsonObject(choice) ? stringAt(objectAt(choice, 'function'), 'name') : choice === 'required' ? stringAt(only, 'name') : undefined;
  return named === undefined ? (choice === 'none' ? 'none' : 'auto') : { name: named };
}

// The model's state before a call goes back with it: it travels in the call's id.
const stateMark = 'call_gc_';
const stateOf = (id: string | undefined): string | undefined => (id?.startsWith(stateMark) ? id.slice(stateMark.length).replace(/_\d+$/, '') : undefined);

// One call a turn: of several each stands in a turn of its own, with its result behind it.
function messagesOf(messages: readonly Json[]): Json[] {
  const results = new Map<string, JsonObject>();
  for (const message of messages) if (isJsonObject(message) && message['role'] === 'tool') results.set(String(message['tool_call_id']), message);
  return messages.flatMap((value): JsonObject[] => {
    if (!isJsonObject(value)) return [];
    if (value['role'] === 'tool') return results.delete(String(value['tool_call_id'])) ? [resultOf(value, undefined)] : [];
    const { tool_calls: calls, refusal: _refusal, annotations: _annotations, reasoning_content: _reasoning, ...rest } = value;
    const message: JsonObject = { ...rest, role: value['role'] === 'developer' ? 'system' : value['role'] ?? 'user', content: wordsOf(value['content']) };
    const list = Array.isArray(calls) ? calls.filter(isJsonObject) : [];
    if (list.length === 0) return [message];
    return list.flatMap((call, index) => {
      const result = results.get(String(call['id']));
      results.delete(String(call['id']));
      const turn: JsonObject = { ...(index === 0 ? message : { role: 'assistant', content: '' }), ...calledOf(call) };
      return result ? [turn, resultOf(result, objectAt(call, 'function')?.['name'])] : [turn];
    });
  });
}

// A result is JSON as text.
function resultOf({ content, name: given }: JsonObject, name: Json | undefined): JsonObject {
  const text = wordsOf(content);
  return defined<JsonObject>({ role: 'function', name: name ?? given, content: parseJson(text) === undefined ? JSON.stringify(text) : text });
}

function calledOf(call: JsonObject): JsonObject {
  const given = objectAt(call, 'function');
  const parsed = parseJson(stringAt(given, 'arguments') ?? '');
  return defined<JsonObject>({ function_call: { name: given?.['name'] ?? '', arguments: isJsonObject(parsed) ? parsed : {} }, functions_state_id: stateOf(stringAt(call, 'id')) });
}

const wordsOf = (content: Json | undefined): string => (Array.isArray(content) ? content.map((part) => (isJsonObject(part) ? stringAt(part, 'text') ?? '' : '')).filter((text) => text !== '').join('\n') : typeof content === 'string' ? content : '');

/** The ids of one answer's calls. */
class Ids {
  private count = 0;

  next(state: string | undefined): string {
    const base = state === undefined || !/^[\w-]{1,64}$/.test(state) ? `call_${crypto.randomUUID()}` : `${stateMark}${state}`;
    return this.count++ === 0 ? base : `${base}_${this.count}`;
  }
}

// One choice, whole or a piece of a stream.
function told(choice: Json, member: 'message' | 'delta', ids: Ids): Json {
  const said = isJsonObject(choice) ? objectAt(choice, member) : undefined;
  if (!isJsonObject(choice) || !said) return choice;
  const { function_call: called, functions_state_id: state, ...rest } = said;
  const reason = choice['finish_reason'];
  const message: JsonObject = { ...rest };
  if (isJsonObject(called)) {
    const call = { id: ids.next(typeof state === 'string' ? state : undefined), type: 'function', function: { name: called['name'] ?? '', arguments: argumentsOf(called['arguments']) } };
    message['tool_calls'] = [member === 'delta' ? { index: 0, ...call } : call];
    message['content'] = rest['content'] === '' ? null : rest['content'] ?? null;
  }
  return { ...choice, [member]: message, ...(typeof reason === 'string' && { finish_reason: reasons.get(reason) ?? reason }) };
}

const argumentsOf = (given: Json | undefined): string => (typeof given === 'string' ? given : JSON.stringify(given ?? {}));
const reasons = new Map([['function_call', 'tool_calls'], ['blacklist', 'content_filter']]);

class GigaChatReader implements FormReader {
  private readonly ids = new Ids();

  read({ data }: Parameters<FormReader['read']>[0]): ToldFrames {
    if (data.trim() === '[DONE]') return ['done'];
    const chunk = parseJson(data);
    if (!isJsonObject(chunk)) return [{ error: { message: 'The provider sent an event that is not JSON.', type: 'api_error', code: 502 } }];
    return [{ ...chunk, object: 'chat.completion.chunk', choices: arrayAt(chunk, 'choices').map((choice) => told(choice, 'delta', this.ids)) }];
  }

  end(): ToldFrames {
    return [];
  }
}
