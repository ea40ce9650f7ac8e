// Keeps conversations in one SQLite file.
import { Database, SQLiteError } from 'bun:sqlite';
import type { CreateConversation, Preset, SharedConversation, UpdateConversation } from '../../shared/api.ts';
import type { Attachment, NewAttachment } from '../../shared/attachment.ts';
import {
  type AssistantMessage,
  type Conversation,
  type ConversationSummary,
  emptyAnswer,
  type Message,
  pathTo,
  titleOf,
} from '../../shared/conversation.ts';
import { deletedKeptMs } from '../bounds.ts';
import { migrations } from './migrations.ts';
import { ConflictError, type ConversationStore, type ListQuery } from './store.ts';

interface ConversationRow {
  id: string;
  title: string;
  model: string;
  system_prompt: string;
  leaf_id: string | null;
  created_at_ms: number;
  updated_at_ms: number;
}

interface MessageRow {
  id: string;
  parent_id: string | null;
  role: 'user' | 'assistant';
  text: string;
  detail: string;
  created_at_ms: number;
}

// The members of an answer that have no column of their own.
type QuestionDetail = { attachments: Attachment[] };
type AnswerDetail = Omit<AssistantMessage, 'id' | 'parentId' | 'role' | 'text' | 'createdAtMs'>;

/** A store in the file at `path` (or `:memory:`). `now` gives milliseconds since 1970. */
export class SqliteConversationStore implements ConversationStore {
  private readonly database: Database;
  private readonly now: () => number;

  constructor(path: string, now: () => number = Date.now) {
    this.now = now;
    this.database = new Database(path, { create: true, strict: true });
    this.database.run('PRAGMA journal_mode = WAL');
    this.database.run('PRAGMA synchronous = NORMAL');
    this.database.run('PRAGMA foreign_keys = ON');
    this.database.run('PRAGMA busy_timeout = 5000');
    this.migrate();
    this.settle();
  }

  list({ search, limit, after }: ListQuery): ConversationSummary[] {
    const rows = this.database
      .query<ConversationRow, Record<string, string | number | null>>(
        `SELECT * FROM conversation AS c
         WHERE deleted_at_ms IS NULL
           AND ($time IS NULL OR updated_at_ms < $time OR (updated_at_ms = $time AND id > $id))
           AND ($like = '%%' OR title LIKE $like ESCAPE '\\' OR EXISTS (
             SELECT 1 FROM message WHERE conversation_id = c.id AND text LIKE $like ESCAPE '\\'))
         ORDER BY updated_at_ms DESC, id LIMIT $limit`,
      )
      .all({
        time: after?.updatedAtMs ?? null,
        id: after?.id ?? '',
        like: `%${search.replace(/[\\%_]/g, String.raw`\$&`)}%`,
        limit,
      });
    return rows.map(summaryOf);
  }

  get(id: string): Conversation | null {
    const row = this.database
      .query<ConversationRow, { id: string }>('SELECT * FROM conversation WHERE id = $id AND deleted_at_ms IS NULL')
      .get({ id });
    if (!row) return null;
    const messages = this.database
      .query<MessageRow, { id: string }>('SELECT * FROM message WHERE conversation_id = $id ORDER BY created_at_ms, rowid')
      .all({ id });
    return {
      ...summaryOf(row),
      model: row.model,
      systemPrompt: row.system_prompt,
      leafId: row.leaf_id,
      messages: messages.map(messageOf),
    };
  }

  create({ id, model, systemPrompt }: CreateConversation): Conversation {
    const nowMs = this.now();
    throwingConflict(() =>
      this.database
        .query(
          `INSERT INTO conversation (id, title, model, system_prompt, created_at_ms, updated_at_ms)
           VALUES ($id, '', $model, $systemPrompt, $nowMs, $nowMs)`,
        )
        .run({ id, model, systemPrompt, nowMs }),
    );
    return { id, title: '', model, systemPrompt, leafId: null, createdAtMs: nowMs, updatedAtMs: nowMs, messages: [] };
  }

  update(id: string, { title, model, systemPrompt, leafId }: UpdateConversation): boolean {
    const { changes } = this.database
      .query(
        `UPDATE conversation SET title = coalesce($title, title), model = coalesce($model, model),
           system_prompt = coalesce($systemPrompt, system_prompt), leaf_id = coalesce($leafId, leaf_id)
         WHERE id = $id AND deleted_at_ms IS NULL`,
      )
      .run({ id, title: title ?? null, model: model ?? null, systemPrompt: systemPrompt ?? null, leafId: leafId ?? null });
    return changes > 0;
  }

  delete(id: string): boolean {
    return this.setDeleted(id, this.now());
  }

  restore(id: string): boolean {
    return this.setDeleted(id, null);
  }

  addMessage(conversationId: string, message: Message, contents: readonly NewAttachment[] = []): void {
    this.database.transaction(() => {
      throwingConflict(() =>
        this.database
          .query(
            `INSERT INTO message (id, conversation_id, parent_id, role, text, detail, created_at_ms)
             VALUES ($id, $conversationId, $parentId, $role, $text, $detail, $createdAtMs)`,
          )
          .run({
            id: message.id,
            conversationId,
            parentId: message.parentId,
            role: message.role,
            text: message.text,
            detail: message.role === 'assistant' ? detailOf(message) : JSON.stringify({ attachments: message.attachments } satisfies QuestionDetail),
            createdAtMs: message.createdAtMs,
          }),
      );
      for (const { id, mediaType, data } of contents) {
        this.database
          .query('INSERT INTO attachment (id, message_id, media_type, content) VALUES ($id, $messageId, $mediaType, $content)')
          .run({ id, messageId: message.id, mediaType, content: Buffer.from(data, 'base64') });
      }
      const title = message.role === 'user' ? titleOf(message.text) || titleOf(message.attachments[0]?.name ?? '') : '';
      this.database
        .query(
          `UPDATE conversation SET leaf_id = $leafId, updated_at_ms = $nowMs,
             title = CASE WHEN title = '' THEN $title ELSE title END WHERE id = $conversationId`,
        )
        .run({ leafId: message.id, nowMs: this.now(), title, conversationId });
    })();
  }

  saveAnswer(answer: AssistantMessage): void {
    this.database
      .query('UPDATE message SET text = $text, detail = $detail WHERE id = $id')
      .run({ id: answer.id, text: answer.text, detail: detailOf(answer) });
  }

  deleteMessage(id: string): void {
    this.database.query('DELETE FROM message WHERE id = $id').run({ id });
  }

  attachment(id: string): { mediaType: string; content: Uint8Array } | null {
    const row = this.database.query<{ media_type: string; content: Uint8Array }, { id: string }>('SELECT media_type, content FROM attachment WHERE id = $id').get({ id });
    return row && { mediaType: row.media_type, content: row.content };
  }

  presets(): Preset[] {
    return this.database.query<Preset, []>('SELECT id, name, text FROM preset ORDER BY name COLLATE NOCASE, id').all();
  }

  savePreset({ id, name, text }: Preset): void {
    this.database
      .query('INSERT INTO preset (id, name, text) VALUES ($id, $name, $text) ON CONFLICT (id) DO UPDATE SET name = excluded.name, text = excluded.text')
      .run({ id, name, text });
  }

  deletePreset(id: string): void {
    this.database.query('DELETE FROM preset WHERE id = $id').run({ id });
  }

  share(conversationId: string, tokenHash: string): boolean {
    const { changes } = this.database
      .query(
        `INSERT INTO share (token_hash, conversation_id, leaf_id, created_at_ms)
         SELECT $tokenHash, id, leaf_id, $nowMs FROM conversation WHERE id = $conversationId AND deleted_at_ms IS NULL AND leaf_id IS NOT NULL`,
      )
      .run({ tokenHash, conversationId, nowMs: this.now() });
    return changes > 0;
  }

  unshare(conversationId: string): void {
    this.database.query('DELETE FROM share WHERE conversation_id = $conversationId').run({ conversationId });
  }

  shared(tokenHash: string): SharedConversation | null {
    const row = this.database
      .query<{ conversation_id: string; leaf_id: string }, { tokenHash: string }>('SELECT conversation_id, leaf_id FROM share WHERE token_hash = $tokenHash')
      .get({ tokenHash });
    const conversation = row && this.get(row.conversation_id);
    if (!row || !conversation) return null;
    const { title, createdAtMs, messages } = conversation;
    return { title, createdAtMs, leafId: row.leaf_id, messages: pathTo(messages, row.leaf_id) };
  }

  close(): void {
    this.database.close();
  }

  private setDeleted(id: string, deletedAtMs: number | null): boolean {
    const { changes } = this.database
      .query('UPDATE conversation SET deleted_at_ms = $deletedAtMs WHERE id = $id')
      .run({ id, deletedAtMs });
    return changes > 0;
  }

  private migrate(): void {
    const row = this.database.query<{ user_version: number }, []>('PRAGMA user_version').get();
    const done = row?.user_version ?? 0;
    if (done > migrations.length) throw new Error('The database of conversations was made by a newer version of Weir');
    for (const [index, step] of migrations.entries()) {
      if (index < done) continue;
      this.database.transaction(() => {
        this.database.run(step);
        this.database.run(`PRAGMA user_version = ${index + 1}`);
      })();
    }
  }

  // What the last run of the service left behind: answers nobody writes any more, and old deletions.
  private settle(): void {
    this.database
      .query("DELETE FROM conversation WHERE deleted_at_ms < $beforeMs")
      .run({ beforeMs: this.now() - deletedKeptMs });
    this.database.run(
      `UPDATE message SET detail = json_set(detail, '$.status', 'stopped')
       WHERE role = 'assistant' AND json_extract(detail, '$.status') = 'streaming'`,
    );
  }
}

function summaryOf(row: ConversationRow): ConversationSummary {
  return { id: row.id, title: row.title, createdAtMs: row.created_at_ms, updatedAtMs: row.updated_at_ms };
}

function messageOf(row: MessageRow): Message {
  const common = { id: row.id, parentId: row.parent_id, text: row.text, createdAtMs: row.created_at_ms };
  if (row.role === 'user') return { role: 'user', attachments: (JSON.parse(row.detail) as Partial<QuestionDetail>).attachments ?? [], ...common };
  const detail = JSON.parse(row.detail) as Partial<AnswerDetail>;
  return { ...emptyAnswer(row.id, row.parent_id, '', row.created_at_ms), ...detail, ...common };
}

function detailOf({ id: _id, parentId: _parentId, role: _role, text: _text, createdAtMs: _at, ...detail }: AssistantMessage): string {
  return JSON.stringify(detail satisfies AnswerDetail);
}

function throwingConflict(insert: () => unknown): void {
  try {
    insert();
  } catch (error) {
    if (error instanceof SQLiteError && error.code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
      throw new ConflictError('This id is taken', { cause: error });
    }
    throw error;
  }
}
