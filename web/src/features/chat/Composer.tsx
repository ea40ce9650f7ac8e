// Where messages are written. What was typed is kept in this browser until it is sent.
import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { storage, useStrings } from '../../app/preferences.ts';
import { composerId } from '../../app/shortcuts.ts';
import { useObservable } from '../../lib/observable.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import type { Conversation } from '../../../shared/conversation.ts';
import { chat, stopAnswer } from './chat.ts';
import { editLastQuestion } from './edit-requests.ts';

interface ComposerProps {
  conversation: Conversation | null;
  conversationId: string | null;
  onSend: (text: string) => void;
}

/** See the top of the file. */
export function Composer({ conversation, conversationId, onSend }: ComposerProps) {
  const strings = useStrings();
  const draftName = `draft.${conversationId ?? 'new'}`;
  const [text, setText] = useState(() => storage.read(draftName) ?? '');
  const field = useRef<HTMLTextAreaElement>(null);
  const running = useObservable(chat, (state) => conversationId !== null && conversationId in state.running);
  const loading = conversationId !== null && conversation === null;
  useEffect(() => {
    // A touch screen would open its keyboard over the page.
    if (matchMedia('(hover: hover)').matches) field.current?.focus();
  }, []);
  const write = (value: string): void => {
    setText(value);
    storage.write(draftName, value || null);
  };
  const send = (): void => {
    const trimmed = text.trim();
    if (trimmed === '' || running || loading) return;
    write('');
    onSend(trimmed);
  };
  const obey = (event: KeyboardEvent): void => {
    // Enter that chooses a candidate of an input method (Chinese, Japanese) must not send.
    if (event.nativeEvent.isComposing || event.nativeEvent.keyCode === 229) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    }
    if (event.key === 'ArrowUp' && text === '' && conversation && !running) {
      event.preventDefault();
      editLastQuestion(conversation);
    }
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <div className="composer-box">
        <textarea
          id={composerId}
          ref={field}
          rows={1}
          value={text}
          aria-label={strings.composer.label}
          aria-describedby="composer-hint"
          placeholder={strings.composer.placeholder}
          onChange={(event) => write(event.target.value)}
          onKeyDown={obey}
        />
        {running && conversationId !== null ? (
          <IconButton className="round stop" icon={Square} size={14} label={strings.composer.stop} onClick={() => stopAnswer(conversationId)} />
        ) : (
          <IconButton className="round send" type="submit" icon={ArrowUp} label={strings.composer.send} disabled={text.trim() === '' || loading} />
        )}
      </div>
      <p className="composer-note">
        <span id="composer-hint" className="keyboard-only">
          {strings.composer.hint}
        </span>
        <span>{strings.composer.disclaimer}</span>
      </p>
    </form>
  );
}
