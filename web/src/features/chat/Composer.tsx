// Where messages are written. What was typed is kept in this browser until it is sent.
import { ArrowUp, Square } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { storage, useStrings } from '../../app/preferences.ts';
import { composerId } from '../../app/shortcuts.ts';
import { useObservable } from '../../lib/observable.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { dataUrl, type NewAttachment } from '../../../shared/attachment.ts';
import type { Conversation } from '../../../shared/conversation.ts';
import { AttachmentView } from './AttachmentView.tsx';
import { AttachButton } from './AttachButton.tsx';
import { chat, stopAnswer } from './chat.ts';
import { DictateButton } from './DictateButton.tsx';
import { type Attachments, useAttachments } from './use-attachments.ts';
import { editLastQuestion } from './edit-requests.ts';

interface ComposerProps {
  conversation: Conversation | null;
  conversationId: string | null;
  onSend: (text: string, files: readonly NewAttachment[]) => void;
}

/** See the top of the file. */
export function Composer({ conversation, conversationId, onSend }: ComposerProps) {
  const strings = useStrings();
  const [text, write] = useDraft(conversationId);
  const field = useRef<HTMLTextAreaElement>(null);
  const attachments = useAttachments();
  const { files } = attachments;
  const running = useObservable(chat, (state) => conversationId !== null && conversationId in state.running);
  const loading = conversationId !== null && conversation === null;
  useEffect(() => {
    // A touch screen would open its keyboard over the page.
    if (matchMedia('(hover: hover)').matches) field.current?.focus();
  }, []);
  const nothing = text.trim() === '' && files.length === 0;
  const send = (): void => {
    if (nothing || running || loading) return;
    write('');
    attachments.clear();
    onSend(text.trim(), files);
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
      {...attachments.dropTarget}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <ChosenFiles attachments={attachments} />
      <div className="composer-box">
        <AttachButton onChoose={attachments.add} />
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
          onPaste={(event) => {
            if (event.clipboardData.files.length === 0) return;
            event.preventDefault();
            void attachments.add(event.clipboardData.files);
          }}
        />
        <DictateButton onText={(sentence) => write([field.current?.value ?? '', sentence].filter((part) => part !== '').join(' '))} />
        {running && conversationId !== null ? (
          <IconButton className="round stop" icon={Square} size={14} label={strings.composer.stop} onClick={() => stopAnswer(conversationId)} />
        ) : (
          <IconButton className="round send" type="submit" icon={ArrowUp} label={strings.composer.send} disabled={nothing || loading} />
        )}
      </div>
      <Note />
    </form>
  );
}

/** What is being written, kept in this browser until it is sent. */
function useDraft(conversationId: string | null): [text: string, write: (text: string) => void] {
  const name = `draft.${conversationId ?? 'new'}`;
  const [text, setText] = useState(() => storage.read(name) ?? '');
  return [text, (value) => {
    setText(value);
    storage.write(name, value || null);
  }];
}

function ChosenFiles({ attachments: { files, remove } }: { attachments: Attachments }) {
  const strings = useStrings();
  if (files.length === 0) return null;
  return (
    <div className="attachments" role="group" aria-label={strings.files.label}>
      {files.map((file) => (
        <AttachmentView key={file.id} attachment={file} address={dataUrl(file.mediaType, file.data)} onRemove={() => remove(file.id)} />
      ))}
    </div>
  );
}

function Note() {
  const strings = useStrings();
  return (
    <p className="composer-note">
      <span id="composer-hint" className="keyboard-only">
        {strings.composer.hint}
      </span>
      <span>{strings.composer.disclaimer}</span>
    </p>
  );
}
