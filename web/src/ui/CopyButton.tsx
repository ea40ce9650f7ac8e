// Copies a text, and says that it did.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { announce } from '../app/announce.ts';
import { copyText } from './copy-text.ts';
import { useStrings } from '../app/preferences.ts';
import { IconButton } from './IconButton.tsx';

const saidMs = 1600;

/** `text` is asked for when the button is pressed. */
export function CopyButton({ label, text, size = 16 }: { label: string; text: () => string; size?: number }) {
  const strings = useStrings();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), saidMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    await copyText(text());
    setCopied(true);
    announce(strings.chat.copied);
  };
  return <IconButton icon={copied ? Check : Copy} size={size} label={copied ? strings.chat.copied : label} onClick={() => void copy()} />;
}
