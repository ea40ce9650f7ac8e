// What the reader said, with a way to say it differently.
import { Pencil } from 'lucide-react';
import { memo, useEffect, useRef, useState } from 'react';
import { notify } from '../../app/announce.ts';
import { useStrings } from '../../app/preferences.ts';
import { composerId, focusOn } from '../../app/shortcuts.ts';
import { useObservable } from '../../lib/observable.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import type { Conversation, UserMessage } from '../../../shared/conversation.ts';
import { ask } from './chat.ts';
import { AttachmentView } from './AttachmentView.tsx';
import { copyFiles } from './files.ts';
import { editedQuestion } from './edit-requests.ts';
import { VersionSwitch } from './VersionSwitch.tsx';

interface UserTurnProps {
  conversation: Conversation;
  message: UserMessage;
  running: boolean;
}

/** See the top of the file. */
export const UserTurn = memo(({ conversation, message, running }: UserTurnProps) => {
  const strings = useStrings();
  const editing = useObservable(editedQuestion, (id) => id === message.id);
  return (
    <article className="turn user" aria-label={strings.chat.you}>
      <h2 className="visually-hidden">{strings.chat.you}</h2>
      {editing ? (
        <QuestionEditor
          text={message.text}
          onSend={(text) => void copyFiles(message.attachments).then((files) => ask(conversation.id, message.parentId, text, files), () => notify(strings.conversations.changeFailed))}
        />
      ) : (
        <>
          {message.attachments.length > 0 && (
            <div className="attachments">
              {message.attachments.map((attachment) => (
                <AttachmentView key={attachment.id} attachment={attachment} />
              ))}
            </div>
          )}
          {message.text !== '' && <div className="bubble">{message.text}</div>}
          <div className="turn-actions">
            <VersionSwitch conversation={conversation} message={message} disabled={running} />
            <CopyButton label={strings.chat.copy} text={() => message.text} />
            <IconButton
              icon={Pencil}
              size={16}
              label={strings.chat.edit}
              disabled={running}
              onClick={() => editedQuestion.update(() => message.id)}
            />
          </div>
        </>
      )}
    </article>
  );
});

function QuestionEditor({ text, onSend }: { text: string; onSend: (text: string) => void }) {
  const strings = useStrings();
  const [value, setValue] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
  }, [text]);
  const send = (): void => {
    if (value.trim() === '') return;
    closeEditor();
    onSend(value.trim());
  };
  return (
    <div className="question-editor">
      <textarea
        ref={field}
        value={value}
        aria-label={strings.chat.editLabel}
        onChange={(event) => setValue(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === 'Escape') {
            event.preventDefault();
            closeEditor();
          }
          if (event.key === 'Enter' && !event.shiftKey) {
            event.preventDefault();
            send();
          }
        }}
      />
      <footer>
        <span className="quiet">{strings.chat.editHint}</span>
        <button type="button" className="button" onClick={closeEditor}>
          {strings.app.cancel}
        </button>
        <button type="button" className="button primary" disabled={value.trim() === ''} onClick={send}>
          {strings.chat.resend}
        </button>
      </footer>
    </div>
  );
}

function closeEditor(): void {
  editedQuestion.update(() => null);
  focusOn(composerId);
}
