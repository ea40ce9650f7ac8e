// What is being written in the playground, and the request that it makes. Kept for the visit, so that leaving the page loses nothing.
import { Observable } from '../../lib/observable.ts';
import type { ChatRequest } from '../../../../client/index.ts';

/** The fields as they are typed. */
export interface Draft {
  models: string[];
  system: string;
  message: string;
  /** A whole conversation from a logged request; takes the place of system prompt and message. */
  messages: ChatRequest['messages'] | null;
  temperature: string;
  topP: string;
  maxTokens: string;
  seed: string;
  stop: string;
  effort: string;
  tools: string;
  format: string;
  more: string;
}

/** Nothing yet. */
export const emptyDraft: Draft = { models: [], system: '', message: '', messages: null, temperature: '', topP: '', maxTokens: '', seed: '', stop: '', effort: '', tools: '', format: '', more: '' };

/** The draft of this visit. */
export const draft = new Observable<Draft>(emptyDraft);

/** Models that can be compared at once. */
export const maxModels = 4;

/** Fields that cannot be read, and why. */
export type DraftProblems = Partial<Record<keyof Draft, 'notJson' | 'notNumber' | 'empty'>>;

/** A request without its model. */
export type RequestBody = Pick<ChatRequest, 'messages'> & Record<string, unknown>;

/** The request without its model, or what is wrong with the fields. */
export function requestOf(typed: Draft): { body: RequestBody; problems: DraftProblems } {
  const problems: DraftProblems = {};
  const number = (name: 'temperature' | 'topP' | 'maxTokens' | 'seed'): number | undefined => {
    const text = typed[name].trim();
    if (text === '') return undefined;
    const value = Number(text);
    if (Number.isNaN(value)) problems[name] = 'notNumber';
    return value;
  };
  const json = (name: 'tools' | 'format' | 'more'): unknown => {
    if (typed[name].trim() === '') return undefined;
    try {
      return JSON.parse(typed[name]);
    } catch {
      problems[name] = 'notJson';
      return undefined;
    }
  };
  const messages = typed.messages ?? [...(typed.system.trim() ? [{ role: 'system' as const, content: typed.system }] : []), { role: 'user' as const, content: typed.message }];
  if (typed.messages === null && typed.message.trim() === '') problems.message = 'empty';
  const schema = json('format');
  const given = {
    temperature: number('temperature'), top_p: number('topP'), max_tokens: number('maxTokens'), seed: number('seed'), stop: typed.stop === '' ? undefined : typed.stop.split('\n').filter(Boolean),
    reasoning_effort: typed.effort || undefined, tools: json('tools'), response_format: schema === undefined ? undefined : { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
  };
  const more = json('more');
  const body: RequestBody = { messages, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)), ...(typeof more === 'object' && more !== null ? more : {}) };
  return { body, problems };
}
