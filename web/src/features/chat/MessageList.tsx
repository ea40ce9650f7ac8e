// The messages of the branch on show. Stays at the end while an answer grows, unless the reader scrolled away.
import { ArrowDown } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { type Conversation, pathTo } from '../../../shared/conversation.ts';
import { AssistantTurn } from './AssistantTurn.tsx';
import { UserTurn } from './UserTurn.tsx';

const nearEndPixels = 64;

/** `running` while an answer is being received. */
export function MessageList({ conversation, running }: { conversation: Conversation; running: boolean }) {
  const strings = useStrings();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLOListElement>(null);
  const following = useRef(true);
  const [atEnd, setAtEnd] = useState(true);
  const path = pathTo(conversation.messages, conversation.leafId);
  const questions = path.filter(({ role }) => role === 'user').length;

  // A new question is always brought into view.
  useLayoutEffect(() => {
    following.current = true;
    toEnd(scroller.current);
  }, [questions]);
  useEffect(() => {
    if (!content.current || !scroller.current) return undefined;
    const observer = new ResizeObserver(() => {
      if (following.current) toEnd(scroller.current);
    });
    observer.observe(content.current);
    observer.observe(scroller.current);
    return () => observer.disconnect();
  }, []);
  const noticeScroll = (): void => {
    const element = scroller.current;
    if (!element) return;
    const near = element.scrollHeight - element.scrollTop - element.clientHeight < nearEndPixels;
    following.current = near;
    setAtEnd(near);
  };
  return (
    <div className="messages-frame">
      <div className="messages" ref={scroller} onScroll={noticeScroll} tabIndex={0} role="region" aria-label={strings.chat.log}>
        <ol ref={content}>
          {path.map((message, index) => (
            <li key={message.id}>
              {message.role === 'user' ? (
                <UserTurn conversation={conversation} message={message} running={running} />
              ) : (
                <AssistantTurn conversation={conversation} message={message} running={running} last={index === path.length - 1} />
              )}
            </li>
          ))}
        </ol>
      </div>
      {!atEnd && (
        <IconButton
          className="to-end round"
          icon={ArrowDown}
          label={strings.chat.latest}
          onClick={() => {
            following.current = true;
            toEnd(scroller.current);
          }}
        />
      )}
    </div>
  );
}

function toEnd(element: HTMLElement | null): void {
  if (element) element.scrollTop = element.scrollHeight;
}
