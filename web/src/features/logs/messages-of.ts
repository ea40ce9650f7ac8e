// Reads the conversation out of a logged request, in any of the dialects that a client may have spoken.
import type { SpendLog, ToolCall } from '../../../../client/index.ts';

/** One message for reading. */
export interface ReadMessage {
  role: string;
  text: string;
  toolCalls: ToolCall[];
}

type JsonRecord = Record<string, unknown>;

/** The messages of the request, then those of the answer. What has no form that is known is left out. */
export function messagesOf(log: SpendLog): ReadMessage[] {
  const request = recordOf(log.proxy_server_request);
  const given = arrayOf(log.messages).length > 0 ? arrayOf(log.messages) : arrayOf(request['messages'] ?? request['input'] ?? request['contents']);
  const system = textOf(request['system'] ?? request['instructions']);
  const asked = typeof request['input'] === 'string' ? [{ role: 'user', text: request['input'], toolCalls: [] }] : given.map(messageOf);
  return [...(system ? [{ role: 'system', text: system, toolCalls: [] }] : []), ...asked, ...answerOf(recordOf(log.response))].filter(({ text, toolCalls }) => text !== '' || toolCalls.length > 0);
}

function messageOf(value: unknown): ReadMessage {
  const message = recordOf(value);
  const role = message['role'] === 'model' ? 'assistant' : typeof message['role'] === 'string' ? message['role'] : 'user';
  return { role, text: textOf(message['content'] ?? message['parts']), toolCalls: toolCallsOf(message) };
}

function answerOf(response: JsonRecord): ReadMessage[] {
  const choices = arrayOf(response['choices']).map((choice) => messageOf({ role: 'assistant', ...recordOf(recordOf(choice)['message']) }));
  if (choices.length > 0) return choices;
  if (Array.isArray(response['content'])) return [messageOf({ ...response, role: 'assistant' })];
  const output = arrayOf(response['output']);
  if (output.length > 0) return output.map((item) => messageOf({ role: 'assistant', ...recordOf(item) }));
  return arrayOf(response['candidates']).map((candidate) => messageOf(recordOf(candidate)['content']));
}

function toolCallsOf(message: JsonRecord): ToolCall[] {
  const openAi = arrayOf(message['tool_calls']).map((call) => ({ id: String(recordOf(call)['id'] ?? ''), name: String(recordOf(recordOf(call)['function'])['name'] ?? ''), argumentsText: String(recordOf(recordOf(call)['function'])['arguments'] ?? '') }));
  const anthropic = arrayOf(message['content']).map(recordOf).filter(({ type }) => type === 'tool_use').map((part) => ({ id: String(part['id'] ?? ''), name: String(part['name'] ?? ''), argumentsText: JSON.stringify(part['input'] ?? {}) }));
  return [...openAi, ...anthropic];
}

/** The text of a content: a text itself, or parts of which some are text. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return arrayOf(content).map((part) => {
    const { text, type, content: inner } = recordOf(part);
    if (typeof text === 'string') return text;
    return type === 'tool_result' ? textOf(inner) : '';
  }).filter(Boolean).join('\n');
}

const recordOf = (value: unknown): JsonRecord => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value as JsonRecord : {});
const arrayOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
