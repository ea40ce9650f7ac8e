// Chooses files from the reader's machine.
import { Paperclip } from 'lucide-react';
import { useRef } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { IconButton } from '../../ui/IconButton.tsx';

/** See the top of the file. */
export function AttachButton({ onChoose }: { onChoose: (files: FileList | null) => Promise<void> }) {
  const strings = useStrings();
  const picker = useRef<HTMLInputElement>(null);
  const choose = (chosen: FileList | null): void => {
    // The same file can be chosen again only when the field is empty.
    void onChoose(chosen).then(() => {
      if (picker.current) picker.current.value = '';
    });
  };
  return (
    <>
      <input ref={picker} type="file" multiple hidden data-testid="files" onChange={(event) => choose(event.target.files)} />
      <IconButton icon={Paperclip} label={strings.files.attach} onClick={() => picker.current?.click()} />
    </>
  );
}
