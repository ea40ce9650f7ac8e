// Messages form a tree; these answer questions about its branches.
import type { Message } from '../../../shared/conversation.ts';

/** Where a message stands among those with the same parent, in order of creation. */
export interface Versions {
  ids: string[];
  index: number;
}

/** The versions of a message, itself among them. */
export function versionsOf(messages: readonly Message[], message: Message): Versions {
  const ids = messages.filter(({ parentId, role }) => parentId === message.parentId && role === message.role).map(({ id }) => id);
  return { ids, index: ids.indexOf(message.id) };
}

/** The end of the branch below a message, taking the newest turn at each fork. */
export function newestLeaf(messages: readonly Message[], messageId: string): string {
  let leafId = messageId;
  for (let steps = 0; steps < messages.length; steps += 1) {
    const child = messages.findLast(({ parentId }) => parentId === leafId);
    if (!child) break;
    leafId = child.id;
  }
  return leafId;
}
