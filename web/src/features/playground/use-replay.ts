// Fills the playground from a logged request (`?replay=id`).
import { useEffect } from 'react';
import { useQuery } from '@tanstack/react-query';
import { draft, emptyDraft } from './draft.ts';
import { gateway } from '../../api/gateway.ts';
import { messagesOf } from '../logs/messages-of.ts';
import { useQueryMember } from '../../app/location.ts';
import type { ChatMessage, ChatRequest, SpendLog } from '../../../../client/index.ts';

/** What to say about it; null while nothing was filled in. */
export function useReplay(): 'replayed' | 'notKept' | null {
  const id = useQueryMember('replay');
  const { data } = useQuery({ queryKey: ['log', id], queryFn: ({ signal }) => gateway.spend.log(id ?? '', signal), enabled: id !== null, retry: false, staleTime: Infinity });
  const kept = data ? keptRequest(data) : null;
  useEffect(() => {
    if (!data) return;
    const model = data.model_group || data.model;
    draft.update(() => ({ ...emptyDraft, models: [model], ...(kept && fieldsOf(kept)) }));
    // Only when another request was loaded: the reader may have changed the fields since.
  }, [data]);
  if (id === null || !data) return null;
  return kept ? 'replayed' : 'notKept';
}

function keptRequest(log: SpendLog): Partial<ChatRequest> | null {
  const request = log.proxy_server_request;
  const body = typeof request === 'object' && request !== null ? request as Partial<ChatRequest> : {};
  const messages = Array.isArray(body.messages) ? body.messages : Array.isArray(log.messages) && log.messages.length > 0 ? log.messages as ChatMessage[] : messagesOf({ ...log, response: null }).map(({ role, text }) => ({ role: role as ChatMessage['role'], content: text }));
  return messages.length > 0 ? { ...body, messages } : null;
}

// A plain question goes into the two fields; a longer conversation is kept as a whole.
function fieldsOf({ messages = [], temperature, top_p: topP, max_tokens: maxTokens, tools }: Partial<ChatRequest>) {
  const [first, second] = messages;
  const text = (message: ChatMessage | undefined): string | null => (typeof message?.content === 'string' ? message.content : null);
  const single = messages.length === 1 && first?.role === 'user' && text(first) !== null;
  const pair = messages.length === 2 && first?.role === 'system' && second?.role === 'user' && text(first) !== null && text(second) !== null;
  const spoken = single ? { message: text(first) ?? '' } : pair ? { system: text(first) ?? '', message: text(second) ?? '' } : { messages };
  const number = (value: number | undefined): string => (value === undefined ? '' : String(value));
  return { ...spoken, temperature: number(temperature), topP: number(topP), maxTokens: number(maxTokens), tools: tools ? JSON.stringify(tools, null, 2) : '' };
}
