// Files on their way: read from the reader's machine, checked, and kept at hand so that what was just sent can be shown at once.
import { attachmentKind, dataUrl, maxAttachmentBytes, maxAttachments, maxAttachmentsBytes, type Attachment, type NewAttachment } from '../../../shared/attachment.ts';
import { chatApi } from '../../api/chat-api.ts';
import { base64Of } from '../../lib/base64.ts';
import { newId } from '../../lib/new-id.ts';

/** Why a file was not taken. */
export type FileRefusal = 'kind' | 'size' | 'count';

/** Reads chosen, pasted or dropped files on top of those that are there. */
export async function readFiles(files: readonly File[], present: readonly NewAttachment[]): Promise<{ files: NewAttachment[]; refused: { name: string; reason: FileRefusal }[] }> {
  const taken = [...present];
  const refused: { name: string; reason: FileRefusal }[] = [];
  for (const file of files) {
    const reason = refusalOf(file, taken);
    if (reason) refused.push({ name: file.name, reason });
    else taken.push({ id: newId(), name: file.name || 'file', mediaType: file.type, sizeBytes: file.size, data: await base64Of(file) });
  }
  return { files: taken, refused };
}

function refusalOf(file: File, taken: readonly NewAttachment[]): FileRefusal | null {
  if (taken.length >= maxAttachments) return 'count';
  if (attachmentKind({ name: file.name, mediaType: file.type }) === null) return 'kind';
  const together = taken.reduce((sum, { sizeBytes }) => sum + sizeBytes, file.size);
  return file.size > maxAttachmentBytes || together > maxAttachmentsBytes ? 'size' : null;
}

const atHand = new Map<string, string>();
const mostAtHand = 32;

/** Keeps the contents of files that are being sent. */
export function rememberFiles(files: readonly NewAttachment[]): void {
  for (const { id, data } of files) atHand.set(id, data);
  for (const id of atHand.keys()) {
    if (atHand.size <= mostAtHand) return;
    atHand.delete(id);
  }
}

/** The content of a file in base64. */
async function contentOf(attachment: Attachment): Promise<string> {
  return atHand.get(attachment.id) ?? (await base64Of(await chatApi.attachment(attachment)));
}

/** An address under which a file can be shown or saved. */
export async function addressOf(attachment: Attachment): Promise<string> {
  return dataUrl(attachment.mediaType || 'application/octet-stream', await contentOf(attachment));
}

/** The same files for another question, such as an edited one. */
export async function copyFiles(attachments: readonly Attachment[]): Promise<NewAttachment[]> {
  return Promise.all(attachments.map(async (attachment) => ({ ...attachment, id: newId(), data: await contentOf(attachment) })));
}
