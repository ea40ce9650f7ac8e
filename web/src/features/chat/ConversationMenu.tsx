// What can be done with a whole conversation: save it as a file, let others read it.
import { Download, Link2, Link2Off, Share } from 'lucide-react';
import { useState } from 'react';
import { announce, notify } from '../../app/announce.ts';
import { useStrings } from '../../app/preferences.ts';
import { chatApi } from '../../api/chat-api.ts';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { fileNameOf, markdownOf } from '../../../shared/export.ts';
import { sharedPathOf } from './shared-path.ts';
import type { Conversation } from '../../../shared/conversation.ts';

/** The button and the dialog behind it. */
export function ConversationMenu({ conversation }: { conversation: Conversation }) {
  const strings = useStrings();
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton icon={Share} label={strings.share.open} onClick={() => setOpen(true)} />
      {open && (
        <Dialog title={strings.share.title} onClose={() => setOpen(false)}>
          <section className="menu-section">
            <h3>{strings.share.exportTitle}</h3>
            <div className="button-row">
              <button type="button" className="button" onClick={() => saveFile(fileNameOf(conversation.title, 'md'), markdownOf(conversation, { you: strings.chat.you, files: strings.files.label }), 'text/markdown')}>
                <Download aria-hidden size={16} />
                Markdown
              </button>
              <button type="button" className="button" onClick={() => saveFile(fileNameOf(conversation.title, 'json'), JSON.stringify(conversation, null, 2), 'application/json')}>
                <Download aria-hidden size={16} />
                JSON
              </button>
            </div>
          </section>
          {chatApi.canShare && <SharedLink conversation={conversation} />}
        </Dialog>
      )}
    </>
  );
}

function SharedLink({ conversation }: { conversation: Conversation }) {
  const strings = useStrings();
  const [link, setLink] = useState<string | null>(null);
  const share = (): void => {
    void chatApi.share(conversation.id).then(
      (token) => setLink(new URL(sharedPathOf(token), location.href).href),
      () => notify(strings.conversations.changeFailed),
    );
  };
  const unshare = (): void => {
    void chatApi.unshare(conversation.id).then(
      () => {
        setLink(null);
        announce(strings.share.ended);
        notify(strings.share.ended);
      },
      () => notify(strings.conversations.changeFailed),
    );
  };
  return (
    <section className="menu-section">
      <h3>{strings.share.linkTitle}</h3>
      <p className="quiet">{strings.share.explanation}</p>
      {link !== null && (
        <p className="shared-link">
          <input readOnly value={link} aria-label={strings.share.link} onFocus={(event) => event.target.select()} />
          <CopyButton label={strings.share.copy} text={() => link} />
        </p>
      )}
      <div className="button-row">
        <button type="button" className="button primary" onClick={share}>
          <Link2 aria-hidden size={16} />
          {strings.share.create}
        </button>
        <button type="button" className="button" onClick={unshare}>
          <Link2Off aria-hidden size={16} />
          {strings.share.end}
        </button>
      </div>
    </section>
  );
}

function saveFile(name: string, text: string, type: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
