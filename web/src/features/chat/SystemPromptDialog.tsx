// Edits the system prompt of one conversation.
import { useState } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { Dialog } from '../../ui/Dialog.tsx';

interface SystemPromptDialogProps {
  systemPrompt: string;
  onSave: (text: string) => void;
  onClose: () => void;
}

/** Is open as long as it is rendered. */
export function SystemPromptDialog({ systemPrompt, onSave, onClose }: SystemPromptDialogProps) {
  const strings = useStrings();
  const [text, setText] = useState(systemPrompt);
  return (
    <Dialog title={strings.systemPrompt.title} onClose={onClose}>
      <p className="quiet">{strings.systemPrompt.explanation}</p>
      <textarea
        className="field"
        rows={8}
        value={text}
        aria-label={strings.systemPrompt.title}
        placeholder={strings.systemPrompt.placeholder}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSave(text.trim());
        }}
      />
      <footer>
        <button type="button" className="button" onClick={onClose}>
          {strings.app.cancel}
        </button>
        <button type="button" className="button primary" onClick={() => onSave(text.trim())}>
          {strings.app.save}
        </button>
      </footer>
    </Dialog>
  );
}
