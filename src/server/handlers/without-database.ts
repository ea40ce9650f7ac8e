// The management routes of an installation without a database.
import { databaseRequired, type DatabaseRoute } from '../../admin/without-database.ts';
import { json } from '../reply.ts';
import type { Handler } from '../route.ts';

/** Says what is missing, in the form of the route. */
export const withoutDatabase = ({ status, form }: DatabaseRoute): Handler => ({ id }) => {
  const message = databaseRequired;
  const headers = { 'x-litellm-call-id': id };
  if (form.kind === 'detail') return json({ detail: message }, status, headers);
  if (form.kind === 'detail-error') return json({ detail: { error: message } }, status, headers);
  return json({ error: { message, type: form.type, param: form.param, code: String(status) } }, status, headers);
};
