// Edits the system prompt of one conversation, with those that are kept under a name.
import { Trash2 } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { useObservable } from '../../lib/observable.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { deletePreset, loadPresets, presets, savePreset } from './presets.ts';

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
      <Presets text={text} onUse={setText} />
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

function Presets({ text, onUse }: { text: string; onUse: (text: string) => void }) {
  const strings = useStrings();
  const kept = useObservable(presets, (value) => value);
  const [name, setName] = useState('');
  useEffect(() => void loadPresets(), []);
  const keep = (): void => {
    if (name.trim() === '' || text.trim() === '') return;
    void savePreset(name.trim(), text.trim()).then(() => setName(''));
  };
  return (
    <section className="presets" aria-label={strings.systemPrompt.presets}>
      {kept.length > 0 && (
        <ul>
          {kept.map((preset) => (
            <li key={preset.id}>
              <button type="button" className="button" aria-label={strings.systemPrompt.use(preset.name)} title={preset.text} onClick={() => onUse(preset.text)}>
                {preset.name}
              </button>
              <IconButton icon={Trash2} size={14} label={strings.systemPrompt.forget(preset.name)} onClick={() => void deletePreset(preset)} />
            </li>
          ))}
        </ul>
      )}
      <div className="preset-new">
        <input
          value={name}
          maxLength={200}
          placeholder={strings.systemPrompt.presetName}
          aria-label={strings.systemPrompt.presetName}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
            event.preventDefault();
            keep();
          }}
        />
        <button type="button" className="button" disabled={name.trim() === '' || text.trim() === ''} onClick={keep}>
          {strings.systemPrompt.keep}
        </button>
      </div>
    </section>
  );
}
