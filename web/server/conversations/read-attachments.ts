// Reads the files of a question from its body.
import { attachmentKind, maxAttachmentBytes, maxAttachments, maxAttachmentsBytes, type NewAttachment } from '../../shared/attachment.ts';
import { maxNameCharacters } from '../bounds.ts';
import { ApiError, idMember, stringMember } from '../http.ts';

const base64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** The files, with sizes as they really are. Throws `ApiError` for too many, too large, and kinds that models cannot be given. */
export function readAttachments(value: unknown): NewAttachment[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > maxAttachments) throw new ApiError('invalidRequest', `"attachments" must be a list of at most ${maxAttachments} files`);
  const attachments = value.map(readAttachment);
  if (attachments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > maxAttachmentsBytes) throw new ApiError('invalidRequest', 'The files are too large together');
  return attachments;
}

function readAttachment(value: unknown): NewAttachment {
  if (typeof value !== 'object' || value === null) throw new ApiError('invalidRequest', 'A file must be an object');
  const members = value as Record<string, unknown>;
  const name = stringMember(members, 'name', maxNameCharacters);
  const mediaType = stringMember(members, 'mediaType', maxNameCharacters);
  const data = stringMember(members, 'data', Math.ceil(maxAttachmentBytes / 3) * 4);
  if (!base64.test(data) || data.length % 4 !== 0) throw new ApiError('invalidRequest', '"data" must be base64');
  if (attachmentKind({ name, mediaType }) === null) throw new ApiError('invalidRequest', `Models cannot be given files of the type ${mediaType || 'of ' + name}`);
  const padding = data.endsWith('==') ? 2 : data.endsWith('=') ? 1 : 0;
  return { id: idMember(members, 'id'), name, mediaType, sizeBytes: (data.length / 4) * 3 - padding, data };
}
