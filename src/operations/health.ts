// Asks every deployment whether it works, as `/health` does: a real call of a few tokens each. Costs money; liveness does not come here.
import { attemptOperation } from '../upstream/operation.ts';
import { fail, fault, faultMessage, faultStatus, type Result } from '../canonical/fault.ts';
import { attempt, type Wire } from '../upstream/attempt.ts';
import { JsonBody } from '../lib/json-body.ts';
import { newRequestId } from '../lib/identifiers.ts';
import type { Answer, CallBase, OperationAnswer } from '../upstream/call.ts';
import type { OperationName } from '../providers/provider.ts';
import type { Deployment, Target } from '../routing/deployment.ts';
import { stringAt, type JsonObject } from '../lib/json.ts';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { HealthLog } from '../routing/health-log.ts';

const probeTimeoutMs = 60_000;
const probesAtOnce = 16;
const probe = JSON.stringify({ model: 'probe', messages: [{ role: 'user', content: 'Say "ok".' }], max_tokens: 16 });
// What models of other kinds are asked, by `mode`. Those that are not here (images, transcriptions) are not asked: it costs too much, or wants a file.
const operationProbes: Readonly<Record<string, { operation: OperationName; body: string }>> = {
  embedding: { operation: 'embeddings', body: JSON.stringify({ model: 'probe', input: ['ok'] }) },
  moderation: { operation: 'moderations', body: JSON.stringify({ model: 'probe', input: 'ok' }) },
  rerank: { operation: 'rerank', body: JSON.stringify({ model: 'probe', query: 'ok', documents: ['ok'] }) },
  audio_speech: { operation: 'audio-speech', body: JSON.stringify({ model: 'probe', input: 'ok', voice: 'alloy' }) },
};
const modesNotAsked = new Set(['image_generation', 'image_edit', 'audio_transcription', 'video_generation', 'realtime', 'ocr', 'search']);

/** The body of `/health`. */
export async function checkHealth(deployments: readonly Deployment[], wire: Wire, signal: CancelSignal, log: HealthLog): Promise<JsonObject> {
  const healthy: JsonObject[] = [];
  const unhealthy: JsonObject[] = [];
  const queue = [...deployments];
  const worker = async (): Promise<void> => {
    for (let deployment = queue.shift(); deployment; deployment = queue.shift()) {
      const startedMs = performance.now();
      const { ok, entry } = await probeDeployment(deployment, wire, signal);
      // A check that was broken off found nothing.
      if (!signal.aborted) log.add({ deploymentId: deployment.id, model: deployment.group, providerModel: deployment.fullName, healthy: ok, by: 'probe', error: stringAt(entry, 'error') ?? null, durationMs: performance.now() - startedMs, checkedMs: Date.now() });
      (ok ? healthy : unhealthy).push(entry);
    }
  };
  await Promise.all(Array.from({ length: probesAtOnce }, worker));
  return { healthy_endpoints: healthy, unhealthy_endpoints: unhealthy, healthy_count: healthy.length, unhealthy_count: unhealthy.length };
}

/** The body of `/health` from what is known already. */
export function healthOf(deployments: readonly Deployment[], log: HealthLog): JsonObject {
  const healthy: JsonObject[] = [];
  const unhealthy: JsonObject[] = [];
  for (const deployment of deployments) {
    const known = log.latestOf(deployment.id);
    if (!known) continue;
    const about: JsonObject = { ...deployment.shownParams, model: deployment.fullName, model_id: deployment.id };
    if (known.healthy) healthy.push(about);
    else unhealthy.push({ ...about, error: known.error });
  }
  return { healthy_endpoints: healthy, unhealthy_endpoints: unhealthy, healthy_count: healthy.length, unhealthy_count: unhealthy.length };
}

async function probeDeployment(deployment: Deployment, wire: Wire, signal: CancelSignal): Promise<{ ok: boolean; entry: JsonObject }> {
  const about: JsonObject = { ...deployment.shownParams, model: deployment.fullName, model_id: deployment.id };
  if (deployment.model.includes('*') || (deployment.mode !== null && modesNotAsked.has(deployment.mode))) return { ok: true, entry: about };
  const result = await ask(deployment, wire, signal);
  if (!result.ok) return { ok: false, entry: { ...about, error: faultMessage(result.fault), exception_status: faultStatus(result.fault) } };
  const limits: JsonObject = {};
  result.value.headers.forEach((value, name) => {
    if (name.startsWith('x-ratelimit-')) limits[name] = value;
  });
  return { ok: true, entry: { ...about, ...limits } };
}

async function ask(deployment: Deployment, wire: Wire, signal: CancelSignal): Promise<Result<Answer | OperationAnswer>> {
  const target: Target = { deployment, model: deployment.model };
  const base: CallBase = {
    id: newRequestId(), model: deployment.group, stream: false, removed: new Set(), passed: null, timeoutMs: probeTimeoutMs, defaultTimeoutMs: probeTimeoutMs,
    defaultStreamTimeoutMs: null, deadlineMs: Infinity, signal,
  };
  const other = operationProbes[deployment.mode ?? ''];
  const body = JsonBody.read(Buffer.from(other?.body ?? probe));
  if (!body) return fail(fault('internal', 'The probe is not JSON.'));
  if (other) return attemptOperation({ ...base, operation: other.operation, body: { members: body, form: null } }, target, wire).then(unread);
  return attempt({ ...base, inbound: 'openai-chat', wishes: null, tenant: '', body, includeUsage: false, forwarded: null, session: () => null, nowSeconds: Math.floor(Date.now() / 1000), collect: false, keepaliveMs: null, firstContentTimeoutMs: null, resume: null, costOfUsage: null, continued: null }, target, wire);
}

// A sound that nobody hears is let go.
async function unread(result: Result<OperationAnswer>): Promise<Result<OperationAnswer>> {
  if (result.ok && result.value.kind === 'bytes') await result.value.body.cancel();
  return result;
}
