// A file of a question: a picture as one, everything else by its name; a click saves it.
import { FileText, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useLanguageTag, useStrings } from '../../app/preferences.ts';
import { formatSize } from '../../lib/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';
import { attachmentKind, type Attachment } from '../../../shared/attachment.ts';
import { addressOf } from './files.ts';

interface AttachmentViewProps {
  attachment: Attachment;
  /** The address when it is known already. */
  address?: string;
  onRemove?: () => void;
}

/** See the top of the file. */
export function AttachmentView({ attachment, address, onRemove }: AttachmentViewProps) {
  const strings = useStrings();
  const tag = useLanguageTag();
  const [loaded, setLoaded] = useState<string | null>(null);
  const isPicture = attachmentKind(attachment) === 'image';
  useEffect(() => {
    if (address !== undefined || !isPicture) return;
    let gone = false;
    void addressOf(attachment).then((found) => !gone && setLoaded(found), () => undefined);
    return () => {
      gone = true;
    };
  }, [attachment, address, isPicture]);
  const shown = address ?? loaded;
  const save = async (): Promise<void> => {
    const link = document.createElement('a');
    link.href = shown ?? (await addressOf(attachment));
    link.download = attachment.name;
    link.click();
  };
  return (
    <span className="attachment" data-kind={isPicture ? 'image' : 'file'}>
      <button type="button" className="attachment-body" title={strings.files.save(attachment.name)} onClick={() => void save()}>
        {isPicture ? shown !== null && <img src={shown} alt={attachment.name} /> : <FileText aria-hidden size={18} />}
        {!isPicture && (
          <span>
            <span className="attachment-name">{attachment.name}</span>
            <small>{formatSize(attachment.sizeBytes, tag)}</small>
          </span>
        )}
      </button>
      {onRemove && <IconButton icon={X} size={13} label={strings.files.remove(attachment.name)} onClick={onRemove} />}
    </span>
  );
}
