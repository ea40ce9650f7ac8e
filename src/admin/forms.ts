// The forms of errors that LiteLLM's management routes have.

/** A form: OpenAI's error object with a type, `{"detail": text}`, `{"detail": {"error": text}}`, or SCIM's. */
export type RefusalForm = { kind: 'error'; type: string; param: string | null } | { kind: 'detail' } | { kind: 'detail-error' } | { kind: 'scim' };

/** OpenAI's error object with this type. */
export const error = (type: string, param: string | null = null): RefusalForm => ({ kind: 'error', type, param });

/** Most of them. */
export const usual = error('internal_server_error');
export const auth = error('auth_error', 'None');
export const spend = error('internal_error', 'None');
export const bare = error('internal_server_error', 'None');
export const detail: RefusalForm = { kind: 'detail' };
export const scim: RefusalForm = { kind: 'scim' };
export const detailError: RefusalForm = { kind: 'detail-error' };
