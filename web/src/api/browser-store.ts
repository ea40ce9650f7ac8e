// Conversations, files and presets in IndexedDB.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { AssistantMessage, Conversation, ConversationSummary } from '../../shared/conversation.ts';
import type { NewAttachment } from '../../shared/attachment.ts';
import type { ConversationKeeper } from './conversation-keeper.ts';
import type { Preset } from '../../shared/api.ts';

interface Tables extends DBSchema {
  conversations: { key: string; value: Conversation & { deleted?: boolean }; indexes: { byTime: number } };
  files: { key: string; value: { id: string; file: Blob } };
  presets: { key: string; value: Preset };
}

const listed = 100;

/** One database of this browser. */
export class BrowserStore implements ConversationKeeper {
  readonly links = null;
  private readonly database: Promise<IDBPDatabase<Tables>>;

  constructor(name: string) {
    this.database = openDB<Tables>(name, 1, {
      upgrade(database) {
        database.createObjectStore('conversations', { keyPath: 'id' }).createIndex('byTime', 'updatedAtMs');
        database.createObjectStore('files', { keyPath: 'id' });
        database.createObjectStore('presets', { keyPath: 'id' });
      },
    });
  }

  /** Newest first; with `search`, those whose title or messages contain it, whatever its case. */
  async list(search: string, after: ConversationSummary | null): Promise<ConversationSummary[]> {
    const wanted = search.toLowerCase();
    const found: ConversationSummary[] = [];
    const range = after === null ? null : IDBKeyRange.upperBound(after.updatedAtMs, true);
    let cursor = await (await this.database).transaction('conversations').store.index('byTime').openCursor(range, 'prev');
    while (cursor && found.length < listed) {
      const { id, title, createdAtMs, updatedAtMs, messages, deleted } = cursor.value;
      const matches = wanted === '' || title.toLowerCase().includes(wanted) || messages.some(({ text }) => text.toLowerCase().includes(wanted));
      if (!deleted && matches) found.push({ id, title, createdAtMs, updatedAtMs });
      cursor = await cursor.continue();
    }
    return found;
  }

  async conversation(id: string): Promise<Conversation | null> {
    const found = await (await this.database).get('conversations', id);
    return found && !found.deleted ? found : null;
  }

  async save(conversation: Conversation): Promise<void> {
    await (await this.database).put('conversations', conversation);
  }

  /** Replaces a message of a conversation, in one step, so that nothing that was changed beside it is lost. */
  async saveMessage(id: string, message: AssistantMessage): Promise<void> {
    const { store, done } = (await this.database).transaction('conversations', 'readwrite');
    const conversation = await store.get(id);
    if (conversation) await store.put({ ...conversation, messages: conversation.messages.map((present) => (present.id === message.id ? message : present)) });
    await done;
  }

  async setDeleted(id: string, deleted: boolean): Promise<void> {
    const { store, done } = (await this.database).transaction('conversations', 'readwrite');
    const conversation = await store.get(id);
    if (conversation) await store.put({ ...conversation, deleted });
    await done;
  }

  async addFiles(_conversationId: string, files: readonly NewAttachment[]): Promise<void> {
    const database = await this.database;
    for (const { id, mediaType, data } of files) {
      await database.put('files', { id, file: new Blob([Uint8Array.from(atob(data), (character) => character.codePointAt(0) ?? 0)], { type: mediaType }) });
    }
  }

  async file(id: string): Promise<Blob | null> {
    return (await (await this.database).get('files', id))?.file ?? null;
  }

  async presets(): Promise<Preset[]> {
    return (await (await this.database).getAll('presets')).toSorted((a, b) => a.name.localeCompare(b.name));
  }

  async savePreset(preset: Preset): Promise<void> {
    await (await this.database).put('presets', preset);
  }

  async deletePreset(id: string): Promise<void> {
    await (await this.database).delete('presets', id);
  }
}
