// The files that will go along with the next question: chosen, pasted or dropped.
import { type DragEvent, useState } from 'react';
import { notify } from '../../app/announce.ts';
import { useStrings } from '../../app/preferences.ts';
import type { NewAttachment } from '../../../shared/attachment.ts';
import { readFiles } from './files.ts';

/** The files, and how they come and go. */
export interface Attachments {
  files: readonly NewAttachment[];
  add: (chosen: FileList | null) => Promise<void>;
  remove: (id: string) => void;
  clear: () => void;
  /** For the element that files can be dropped on. */
  dropTarget: {
    'data-dragging': boolean;
    onDragOver: (event: DragEvent) => void;
    onDragLeave: () => void;
    onDrop: (event: DragEvent) => void;
  };
}

/** See the top of the file. */
export function useAttachments(): Attachments {
  const strings = useStrings();
  const [files, setFiles] = useState<readonly NewAttachment[]>([]);
  const [dragging, setDragging] = useState(false);
  const add = async (chosen: FileList | null): Promise<void> => {
    if (!chosen || chosen.length === 0) return;
    const read = await readFiles(Array.from(chosen), files);
    setFiles(read.files);
    const [first] = read.refused;
    if (first) notify(strings.files.refused[first.reason](first.name));
  };
  return {
    files,
    add,
    remove: (id) => setFiles(files.filter((file) => file.id !== id)),
    clear: () => setFiles([]),
    dropTarget: {
      'data-dragging': dragging,
      onDragOver(event) {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setDragging(true);
      },
      onDragLeave: () => setDragging(false),
      onDrop(event) {
        event.preventDefault();
        setDragging(false);
        void add(event.dataTransfer.files);
      },
    },
  };
}
