// Files that go along with a question: what may be attached, and as what a model is given it.

/** A file of a question, without what is in it. */
export interface Attachment {
  id: string;
  name: string;
  mediaType: string;
  sizeBytes: number;
}

/** A file as it is sent: with its content in base64. */
export interface NewAttachment extends Attachment {
  data: string;
}

/** How a model is given a file: as a picture, as a document, or as text in the question. */
export type AttachmentKind = 'image' | 'document' | 'text';

/** Bounds of one question. Providers take pictures of 5 to 20 MB. */
export const maxAttachments = 8;
export const maxAttachmentBytes = 8 * 1024 * 1024;
export const maxAttachmentsBytes = 20 * 1024 * 1024;

const images: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif']);
const textTypes = /^(?:text\/|application\/(?:json|xml|yaml|x-yaml|toml|javascript|typescript|sql|x-sh|x-ndjson)$)/;
const textNames = /\.(?:txt|md|csv|tsv|json|jsonl|ya?ml|toml|ini|xml|html?|css|m?[jt]sx?|py|rb|go|rs|java|kt|c|h|cc|cpp|hpp|cs|swift|php|sh|sql|log|diff|patch|tex|env|conf)$/i;

/** The kind of a file; null when models cannot be given it. */
export function attachmentKind({ mediaType, name }: Pick<Attachment, 'mediaType' | 'name'>): AttachmentKind | null {
  if (images.has(mediaType)) return 'image';
  if (mediaType === 'application/pdf') return 'document';
  return textTypes.test(mediaType) || textNames.test(name) ? 'text' : null;
}

/** The address of a content inside a request. */
export const dataUrl = (mediaType: string, data: string): string => `data:${mediaType};base64,${data}`;
