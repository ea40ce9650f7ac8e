// One attempt at one deployment for something other than chat.
import { converse, missingCredential, type Wire } from './connection.ts';
import { fail, fault, type Fault, type Result } from '../canonical/fault.ts';
import { operationAnswer } from './operation-answer.ts';
import { outgoingOperation } from './operation-body.ts';
import { withClientCredentials } from './client-credentials.ts';
import { joined, severalInputs } from './joined-embeddings.ts';
import type { OperationAnswer, OperationCall } from './call.ts';
import type { OperationLane, Target } from '../routing/deployment.ts';

/** Tries one deployment. */
export async function attemptOperation(call: OperationCall, given: Target, wire: Wire): Promise<Result<OperationAnswer>> {
  const own = given.deployment.clientAuth ? withClientCredentials(call.body.members, given) : null;
  if (own?.ok === false) return own;
  const target = own?.value ?? given;
  const { deployment } = target;
  const lane = deployment.operations.get(call.operation);
  if (!lane) return fail(fault('operation_unsupported', `The provider ${deployment.provider.title} has no ${call.operation} that this gateway speaks.`));
  const tooLarge = oversizedFile(call, deployment.maxFileBytes);
  if (tooLarge) return fail(tooLarge);
  const missing = missingCredential(deployment);
  if (missing) return fail(missing);
  const inputs = lane.form?.oneInput && call.body.form === null ? severalInputs(call.body.members) : null;
  return inputs ? joined(inputs, call, (part) => once(part, target, lane, wire)) : once(call, target, lane, wire);
}

async function once(call: OperationCall, { deployment, model }: Target, lane: OperationLane, wire: Wire): Promise<Result<OperationAnswer>> {
  const outgoing = outgoingOperation(call.body, model, call.removed, lane);
  if (!outgoing.ok) return outgoing;
  const { body, headers, dropped, url } = outgoing.value;
  const request = { url, headers: headers ? { ...deployment.headers, ...headers } : deployment.headers, body };
  return converse(call, deployment, wire, request, (response, connection) => operationAnswer({ call, deployment, form: lane.form, dropped, connection, streams: wire.streams }, response));
}

const megabyte = 1024 * 1024;

/** LiteLLM's refusal of a file that is larger than `max_file_size_mb`; null: it may be sent. */
function oversizedFile({ operation, body: { form } }: OperationCall, maxBytes: number | null): Fault | null {
  const bytes = maxBytes === null || !operation.startsWith('audio-') ? 0 : form?.file('file')?.bytes.length ?? 0;
  if (maxBytes === null || bytes <= maxBytes) return null;
  return fault('parameter_invalid', `File size is too large. Please check your file size. Passed file size: ${(bytes / megabyte).toFixed(2)} MB. Max file size: ${maxBytes / megabyte} MB`, { param: 'file' });
}
