// Writes by voice; not there where the browser cannot.
import { Mic } from 'lucide-react';
import { useStrings } from '../../app/preferences.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { useDictation } from './use-dictation.ts';

/** See the top of the file. */
export function DictateButton({ onText }: { onText: (sentence: string) => void }) {
  const strings = useStrings();
  const dictation = useDictation(onText);
  if (!dictation) return null;
  return <IconButton icon={Mic} label={dictation.listening ? strings.voice.stop : strings.voice.start} aria-pressed={dictation.listening} onClick={dictation.toggle} />;
}
