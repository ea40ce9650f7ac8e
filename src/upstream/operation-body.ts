// The body of an operation: JSON, or a form with a file. Both are looked at as JSON members; what goes to the provider are the client's
// bytes with the model's name and a few members changed.
import { asBody, type JsonBody } from '../lib/json-body.ts';
import { bodyOf } from '../http/stored/stored-bytes.ts';
import { spliceMembers } from '../lib/splice.ts';
import type { FormBody } from './form-body.ts';
import type { ProviderRequest } from '../http/provider-response.ts';
import { fail, fault, ok, type Result } from '../canonical/fault.ts';
import { parseJsonObject } from '../lib/json.ts';
import type { LaneRules, OperationLane } from '../routing/deployment.ts';

/** What a client sent. `members` are its parameters: the JSON body itself, or a form's fields as JSON. */
export interface OperationBody {
  members: JsonBody;
  form: FormBody | null;
}

/** A body for the provider with the headers that describe it. */
export interface OutgoingOperation {
  body: ProviderRequest['body'];
  /** What a form needs besides the deployment's headers; null: those are enough. */
  headers: Readonly<Record<string, string>> | null;
  dropped: readonly string[];
  url: string;
}

/** The body for one attempt: the model's name at the provider, without what is for the gateway, with what the configuration sets. */
export function outgoingOperation(body: OperationBody, model: string, removed: ReadonlySet<string>, lane: OperationLane): Result<OutgoingOperation> {
  const { members, form } = body;
  const { edits, dropped } = editsOf(members, model, removed, lane.rules);
  const url = lane.url(model);
  const own = lane.form;
  if (form && !own?.sendsFile) return ok({ body: form.changed(asFields(edits)), headers: { 'content-type': `multipart/form-data; boundary=${form.boundary}` }, dropped, url });
  const bytes = spliceMembers(members.bytes, members.outline, edits);
  if (!own) return ok({ body: asBody(bytes), headers: null, dropped, url });
  const object = parseJsonObject(bytes.toString('utf8'));
  if (!object) return fail(fault('body_not_json', 'Invalid JSON payload: the body is not valid JSON.'));
  const address = own.address?.(url, object) ?? url;
  const file = form && own.sendsFile ? form.file('file') : null;
  if (form && !file) return fail(fault('parameter_missing', "Missing required parameter: 'file'.", { param: 'file' }));
  if (file) return ok({ body: bodyOf([file.bytes]), headers: { 'content-type': file.mediaType }, dropped, url: address });
  return ok({ body: [Buffer.from(JSON.stringify(own.writeRequest(object, lane.formContext)))], headers: null, dropped, url: address });
}

/** What is changed of the client's members, as JSON text; null: left out. */
function editsOf(members: JsonBody, model: string, removed: ReadonlySet<string>, rules: LaneRules): { edits: Map<string, string | null>; dropped: string[] } {
  const edits = new Map<string, string | null>();
  const dropped: string[] = [];
  for (const { key } of members.outline.members) if (removed.has(key)) edits.set(key, null);
  for (const key of rules.omit) {
    if (!members.has(key)) continue;
    edits.set(key, null);
    dropped.push(key);
  }
  for (const [from, to] of rules.rename) {
    if (!members.has(from)) continue;
    edits.set(from, null);
    if (!members.has(to)) edits.set(to, JSON.stringify(members.get(from)));
  }
  for (const [key, text] of rules.defaults) if (!members.has(key)) edits.set(key, text);
  // The model may carry another name, too.
  edits.set(rules.rename.get('model') ?? 'model', JSON.stringify(model));
  return { edits, dropped };
}

// Edits are JSON text; a form's fields are bare words.
function asFields(edits: ReadonlyMap<string, string | null>): Map<string, string | null> {
  return new Map([...edits].map(([name, text]) => {
    const value: unknown = text === null ? null : JSON.parse(text);
    return [name, typeof value === 'string' ? value : text];
  }));
}
