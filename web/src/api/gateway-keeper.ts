// Conversations in the gateway's database, for whoever is signed in. The only file of the page that knows `/chat/…` of the gateway.
import { base64Of } from '../lib/base64.ts';
import { ChatApiError } from './chat-contract.ts';
import { gateway } from './gateway.ts';
import { GatewayError } from '../../../client/index.ts';
import type { ApiFailureKind, Preset, SharedConversation } from '../../shared/api.ts';
import type { ApiMethod } from '../../../client/index.ts';
import type { AssistantMessage, Conversation, ConversationSummary, Message } from '../../shared/conversation.ts';
import type { ConversationKeeper } from './conversation-keeper.ts';
import type { NewAttachment } from '../../shared/attachment.ts';

const againMs = 2_000;

/** See the top of the file. */
export class GatewayKeeper implements ConversationKeeper {
  /** What the gateway has of each conversation that was looked at: messages by their ids, as JSON. Only what differs is sent. */
  private readonly known = new Map<string, Map<string, string>>();
  /** Answers that are still to be written down, the newest state of each. */
  private readonly waiting = new Map<string, { id: string; message: AssistantMessage }>();
  private writing = false;

  readonly links = {
    share: async (id: string): Promise<string> => (await call<{ token: string }>('POST', `/chat/conversations/${id}/share`, {})).token,
    unshare: (id: string): Promise<unknown> => call('DELETE', `/chat/conversations/${id}/share`),
    shared: (token: string): Promise<SharedConversation> => call('GET', `/chat/shared/${encodeURIComponent(token)}`),
  };

  async list(search: string, after: ConversationSummary | null): Promise<ConversationSummary[]> {
    const query = new URLSearchParams({ ...(search && { search }), ...(after && { after: `${after.updatedAtMs}:${after.id}` }) }).toString();
    return (await call<{ conversations: ConversationSummary[] }>('GET', `/chat/conversations${query === '' ? '' : `?${query}`}`)).conversations;
  }

  async conversation(id: string): Promise<Conversation | null> {
    try {
      const found = await call<Conversation>('GET', `/chat/conversations/${id}`);
      this.known.set(id, jsonOf(found.messages));
      // What this page still has to write down is newer than what came.
      return { ...found, messages: found.messages.map((message) => this.waiting.get(message.id)?.message ?? message) };
    } catch (error) {
      if (error instanceof ChatApiError && error.kind === 'notFound') return null;
      throw error;
    }
  }

  async save({ id, messages, ...head }: Conversation): Promise<void> {
    const [before, after] = [this.known.get(id) ?? new Map<string, string>(), jsonOf(messages)];
    const changed = messages.filter((message) => before.get(message.id) !== after.get(message.id));
    const removed = [...before.keys()].filter((each) => !after.has(each));
    await call('PUT', `/chat/conversations/${id}`, { ...head, messages: changed, ...(removed.length > 0 && { removed }) });
    this.known.set(id, after);
  }

  /** Comes back at once; the message is written down as soon as the gateway takes it. */
  saveMessage(id: string, message: AssistantMessage): Promise<void> {
    this.waiting.set(message.id, { id, message });
    if (!this.writing) void this.write();
    return Promise.resolve();
  }

  async setDeleted(id: string, deleted: boolean): Promise<void> {
    await (deleted ? call('DELETE', `/chat/conversations/${id}`) : call('POST', `/chat/conversations/${id}/restore`, {}));
  }

  async addFiles(conversationId: string, files: readonly NewAttachment[]): Promise<void> {
    for (const { id, mediaType, data } of files) await call('PUT', `/chat/files/${id}`, { conversationId, mediaType, data });
  }

  async file(id: string): Promise<Blob | null> {
    const { mediaType, data } = await call<{ mediaType: string; data: string }>('GET', `/chat/files/${id}`);
    return new Blob([Uint8Array.from(atob(data), (character) => character.codePointAt(0) ?? 0)], { type: mediaType });
  }

  async presets(): Promise<Preset[]> {
    return (await call<{ presets: Preset[] }>('GET', '/chat/presets')).presets;
  }

  async savePreset({ id, ...preset }: Preset): Promise<void> {
    await call('PUT', `/chat/presets/${id}`, preset);
  }

  async deletePreset(id: string): Promise<void> {
    await call('DELETE', `/chat/presets/${id}`);
  }

  /** Takes over a conversation that another keeper has. One that is here already is made the same. */
  async take(conversation: Conversation, from: ConversationKeeper): Promise<void> {
    const files = conversation.messages.flatMap((message) => (message.role === 'user' ? message.attachments : []));
    for (const attachment of files) {
      const content = await from.file(attachment.id);
      if (content) await this.addFiles(conversation.id, [{ ...attachment, data: await base64Of(content) }]);
    }
    this.known.delete(conversation.id);
    await this.save(conversation);
  }

  private async write(): Promise<void> {
    this.writing = true;
    for (let next = this.waiting.entries().next().value; next !== undefined; next = this.waiting.entries().next().value) {
      const [messageId, { id, message }] = next;
      this.waiting.delete(messageId);
      try {
        await call('PUT', `/chat/conversations/${id}`, { messages: [message] });
        this.known.get(id)?.set(message.id, JSON.stringify(message));
      } catch (error) {
        // Refused is refused; what did not arrive is tried again, unless there is something newer.
        if (error instanceof ChatApiError && error.kind !== 'offline' && error.kind !== 'gateway') continue;
        if (!this.waiting.has(messageId)) this.waiting.set(messageId, { id, message });
        await new Promise((resolve) => setTimeout(resolve, againMs));
      }
    }
    this.writing = false;
  }
}

const jsonOf = (messages: readonly Message[]): Map<string, string> => new Map(messages.map((message) => [message.id, JSON.stringify(message)]));

async function call<Answer>(method: ApiMethod, path: string, body?: unknown): Promise<Answer> {
  try {
    return await gateway.api.json<Answer>(method, path, body === undefined ? {} : { body });
  } catch (error) {
    throw error instanceof GatewayError ? new ChatApiError(kindOf(error), error.message) : error;
  }
}

function kindOf({ kind, status }: GatewayError): ApiFailureKind | 'offline' {
  if (kind === 'connection' || kind === 'timeout') return 'offline';
  if (status === 404) return 'notFound';
  if (status === 401 || status === 403) return 'forbidden';
  return status !== null && status >= 500 ? 'gateway' : 'invalidRequest';
}
