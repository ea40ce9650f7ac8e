// One conversation in the list: a link, with renaming and deleting beside it.
import { Pencil, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { navigate, pathOf } from '../../app/route.ts';
import { focusOn, searchId } from '../../app/shortcuts.ts';
import { useObservable } from '../../lib/observable.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import type { ConversationSummary } from '../../../shared/conversation.ts';
import { chat, rename } from '../chat/chat.ts';
import { deleteConversation } from './conversation-list.ts';

/** `current` is the one that is open. */
export function ConversationRow({ conversation, current }: { conversation: ConversationSummary; current: boolean }) {
  const strings = useStrings();
  const running = useObservable(chat, (state) => conversation.id in state.running);
  const [renaming, setRenaming] = useState(false);
  const link = useRef<HTMLAnchorElement>(null);
  const title = conversation.title || strings.conversations.untitled;
  const endRenaming = (newTitle: string | null): void => {
    setRenaming(false);
    if (newTitle && newTitle !== conversation.title) rename(conversation, newTitle);
    requestAnimationFrame(() => link.current?.focus());
  };
  if (renaming) {
    return (
      <li>
        <RenameField title={title} label={strings.conversations.newTitle} onEnd={endRenaming} />
      </li>
    );
  }
  return (
    <li className="conversation-row" data-current={current} data-running={running}>
      <a
        ref={link}
        href={pathOf(conversation.id)}
        aria-current={current ? 'page' : undefined}
        title={title}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return;
          event.preventDefault();
          navigate(conversation.id);
        }}
      >
        {title}
      </a>
      <span className="row-actions">
        <IconButton icon={Pencil} size={15} label={strings.conversations.rename(title)} onClick={() => setRenaming(true)} />
        <IconButton
          icon={Trash2}
          size={15}
          label={strings.conversations.delete(title)}
          onClick={() => {
            void deleteConversation(conversation);
            focusOn(searchId);
          }}
        />
      </span>
    </li>
  );
}

function RenameField({ title, label, onEnd }: { title: string; label: string; onEnd: (title: string | null) => void }) {
  const ended = useRef(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const end = (value: string | null): void => {
    if (!ended.current) onEnd(value?.trim() || null);
    ended.current = true;
  };
  const obey = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter') end(event.currentTarget.value);
    if (event.key === 'Escape') {
      event.preventDefault();
      end(null);
    }
  };
  return (
    <input
      className="rename-field"
      aria-label={label}
      defaultValue={title}
      maxLength={200}
      ref={field}
      onKeyDown={obey}
      onBlur={(event) => end(event.currentTarget.value)}
    />
  );
}
