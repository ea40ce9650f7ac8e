// An image in an answer. Loading it would tell its server who reads, and an answer can hide what it knows in the
// address: so it is only loaded when the reader says so.
import { Image as ImageIcon } from 'lucide-react';
import { useState } from 'react';
import { useStrings } from '../../app/preferences.ts';
import { imageHost } from './text.ts';

/** See the top of the file. */
export function ImageOnClick({ address, description }: { address: string; description: string }) {
  const { markdown } = useStrings();
  const [state, setState] = useState<'waiting' | 'loading' | 'failed'>('waiting');
  const host = imageHost(address);
  if (host === null) return <span>{description || address.slice(0, 80)}</span>;
  if (state === 'failed') return <span className="quiet">{markdown.imageFailed}</span>;
  if (state === 'loading') {
    return <img src={address} alt={description} referrerPolicy="no-referrer" onError={() => setState('failed')} />;
  }
  return (
    <button type="button" className="image-button" title={address} onClick={() => setState('loading')}>
      <ImageIcon aria-hidden size={16} />
      {markdown.image(description, host)}
    </button>
  );
}
