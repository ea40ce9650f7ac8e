// Operations other than chat: from a route to the pipeline. The body is JSON or a form, whatever the operation usually takes.
import { answerOperation } from '../../pipeline/operation.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { newExchange, type Exchange } from '../../pipeline/exchange.ts';
import { fieldMissing } from '../reply.ts';
import { readForm } from '../read-upload.ts';
import { readJsonBody } from '../read-body.ts';
import { refuse } from '../../pipeline/pipeline.ts';
import type { Handler, RouteCall } from '../route.ts';
import type { OperationBody } from '../../upstream/operation-body.ts';
import type { OperationName } from '../../providers/provider.ts';
import type { AnyReply } from '../../http/reply.ts';

/** A handler for one operation. The path may name the model (`{model}`). */
export const operation = (name: OperationName): Handler => async (call) => {
  const body = await readBody(call);
  if (!body.ok) return refuse(exchangeOf(call, name), body.fault, call.services.pipeline, 'openai-chat');
  if (takesFile.has(name) && !body.value.members.has('file')) {
    body.value.form?.release();
    return fieldMissing('body', 'file');
  }
  try {
    return await answerOperationCall(call, name, body.value);
  } finally {
    // There is an answer: no other attempt will want the file.
    body.value.form?.release();
  }
};

// LiteLLM's web framework asks for the file before anything else.
const takesFile: ReadonlySet<OperationName> = new Set(['audio-transcriptions', 'audio-translations']);

/** Answers a call whose body has been read. */
export const answerOperationCall = (call: RouteCall, name: OperationName, body: OperationBody): Promise<AnyReply> =>
  answerOperation(exchangeOf(call, name), { operation: name, body, modelFromPath: call.params['model'] ?? null }, call.services.pipeline);

function exchangeOf({ request, id, route, address, caller }: RouteCall, name: OperationName): Exchange {
  const exchange = newExchange({ id, kind: { type: 'operation', operation: name }, route: route.path, headers: request.headers, signal: request.signal, address });
  exchange.caller = caller;
  return exchange;
}

async function readBody({ request, services }: RouteCall): Promise<Result<OperationBody>> {
  const contentType = request.headers.get('content-type') ?? '';
  if (!/^multipart\/form-data/i.test(contentType)) {
    const body = await readJsonBody(request, services.maxRequestBytes);
    return body.ok ? ok({ members: body.value, form: null }) : body;
  }
  // The bytes of files take part in the cache's key only.
  const form = await readForm(request, services, services.pipeline.cache !== null);
  if (!form.ok) return form;
  const members = form.value.fields();
  if (members) return ok({ members, form: form.value });
  form.value.release();
  return fail(fault('body_not_json', 'The body is not a valid multipart/form-data form.'));
}
