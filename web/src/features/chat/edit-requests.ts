// Which question is being edited; kept apart because the box to write in can ask for it, too.
import { Observable } from '../../lib/observable.ts';
import { type Conversation, pathTo } from '../../../shared/conversation.ts';

/** Id of the question that is being edited. */
export const editedQuestion = new Observable<string | null>(null);

/** Edits the last question of the branch on show. */
export function editLastQuestion(conversation: Conversation): void {
  const question = pathTo(conversation.messages, conversation.leafId).findLast(({ role }) => role === 'user');
  if (question) editedQuestion.update(() => question.id);
}
