// Copies a text, and says that it did.
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { announce } from '../app/announce.ts';
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

// The clipboard is only there in secure contexts; a page opened by a machine's address in the local network is none.
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).catch(() => copyBySelection(text));
  return copyBySelection(text);
}

function copyBySelection(text: string): void {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'visually-hidden';
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}
