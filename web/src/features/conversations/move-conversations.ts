// Conversations that this browser kept before the gateway had a database, or before somebody signed in: they can go along.
import { moving } from '../../api/chat-api.ts';
import { loadConversations } from './conversation-list.ts';
import { storage } from '../../app/preferences.ts';
import type { ConversationSummary } from '../../../shared/conversation.ts';

const answered = 'chat-moved';

/** How many there are that nobody was asked about yet. */
export async function countMovable(): Promise<number> {
  if (!moving || storage.read(answered) !== null) return 0;
  return (await moving.from.list('', null)).length;
}

/** Not now, and not again in this browser. */
export const leaveThem = (): void => storage.write(answered, 'left');

/** Brings all of them over; gives how many. What is in this browser stays there. */
export async function moveThem(): Promise<number> {
  if (!moving) return 0;
  const { from, to } = moving;
  let count = 0;
  for (let after: ConversationSummary | null = null; ;) {
    const page = await from.list('', after);
    for (const { id } of page) {
      const conversation = await from.conversation(id);
      if (!conversation) continue;
      await to.take(conversation, from);
      count++;
    }
    after = page.at(-1) ?? null;
    if (after === null || page.length < pageLength) break;
  }
  for (const preset of await from.presets()) await to.savePreset(preset);
  storage.write(answered, 'moved');
  await loadConversations();
  return count;
}

// What the browser gives at a time.
const pageLength = 100;
