// Where messages are written. What was typed is kept in this browser until it is sent.
import { ArrowUp, Mic, Paperclip, Square } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { notify } from '../../app/announce.ts';
import { storage, useStrings } from '../../app/preferences.ts';
import { composerId } from '../../app/shortcuts.ts';
import { useObservable } from '../../lib/observable.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { dataUrl, type NewAttachment } from '../../../shared/attachment.ts';
import type { Conversation } from '../../../shared/conversation.ts';
import { AttachmentView } from './AttachmentView.tsx';
import { chat, stopAnswer } from './chat.ts';
import { readFiles } from './files.ts';
import { useDictation } from './use-dictation.ts';
import { editLastQuestion } from './edit-requests.ts';

interface ComposerProps {
  conversation: Conversation | null;
  conversationId: string | null;
  onSend: (text: string, files: readonly NewAttachment[]) => void;
}

/** See the top of the file. */
export function Composer({ conversation, conversationId, onSend }: ComposerProps) {
  const strings = useStrings();
  const draftName = `draft.${conversationId ?? 'new'}`;
  const [text, setText] = useState(() => storage.read(draftName) ?? '');
  const field = useRef<HTMLTextAreaElement>(null);
  const [files, setFiles] = useState<readonly NewAttachment[]>([]);
  const picker = useRef<HTMLInputElement>(null);
  const [dragging, setDragging] = useState(false);
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
  const dictation = useDictation((sentence) => {
    write([field.current?.value ?? '', sentence].filter((part) => part !== '').join(' '));
  });
  const attach = async (chosen: FileList | null | undefined): Promise<void> => {
    if (!chosen || chosen.length === 0) return;
    const read = await readFiles(Array.from(chosen), files);
    setFiles(read.files);
    const [first] = read.refused;
    if (first) notify(strings.files.refused[first.reason](first.name));
    field.current?.focus();
  };
  const nothing = text.trim() === '' && files.length === 0;
  const send = (): void => {
    if (nothing || running || loading) return;
    write('');
    setFiles([]);
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
      data-dragging={dragging}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setDragging(true);
      }}
      onDragLeave={() => setDragging(false)}
      onDrop={(event) => {
        event.preventDefault();
        setDragging(false);
        void attach(event.dataTransfer.files);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {files.length > 0 && (
        <div className="attachments" role="group" aria-label={strings.files.label}>
          {files.map((file) => (
            <AttachmentView key={file.id} attachment={file} address={dataUrl(file.mediaType, file.data)} onRemove={() => setFiles(files.filter(({ id }) => id !== file.id))} />
          ))}
        </div>
      )}
      <div className="composer-box">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          data-testid="files"
          onChange={(event) => {
            void attach(event.target.files).then(() => {
              if (picker.current) picker.current.value = '';
            });
          }}
        />
        <IconButton icon={Paperclip} label={strings.files.attach} onClick={() => picker.current?.click()} />
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
            void attach(event.clipboardData.files);
          }}
        />
        {dictation && (
          <IconButton icon={Mic} label={dictation.listening ? strings.voice.stop : strings.voice.start} aria-pressed={dictation.listening} onClick={dictation.toggle} />
        )}
        {running && conversationId !== null ? (
          <IconButton className="round stop" icon={Square} size={14} label={strings.composer.stop} onClick={() => stopAnswer(conversationId)} />
        ) : (
          <IconButton className="round send" type="submit" icon={ArrowUp} label={strings.composer.send} disabled={nothing || loading} />
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
