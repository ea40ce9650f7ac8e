// Asks every deployment whether it works, as `/health` does: a real call of a few tokens each. Costs money; liveness does not come here.
import { attemptOperation } from '../upstream/operation.ts';
import { fail, fault, faultMessage, faultStatus, type Result } from '../canonical/fault.ts';
import { attempt, type Wire } from '../upstream/attempt.ts';
import { JsonBody } from '../lib/json-body.ts';
import { newRequestId } from '../lib/identifiers.ts';
import type { Answer, CallBase, OperationAnswer } from '../upstream/call.ts';
import type { OperationName } from '../providers/provider.ts';
import type { Deployment, Target } from '../routing/deployment.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Config } from '../config/config.ts';
import type { CancelSignal } from '../lib/cancellation.ts';
import type { HealthLog } from '../routing/health-log.ts';

const probe = (maxTokens: number): string => JSON.stringify({ model: 'probe', messages: [{ role: 'user', content: 'Say "ok".' }], max_tokens: maxTokens });
// Of a busy provider, which may work for the next request.
const transientStatuses: ReadonlySet<number> = new Set([408, 429]);
// What models of other kinds are asked, by `mode`. Those that are not here (images, transcriptions) are not asked: it costs too much, or wants a file.
const operationProbes: Readonly<Record<string, { operation: OperationName; body: string }>> = {
  embedding: { operation: 'embeddings', body: JSON.stringify({ model: 'probe', input: ['ok'] }) },
  moderation: { operation: 'moderations', body: JSON.stringify({ model: 'probe', input: 'ok' }) },
  rerank: { operation: 'rerank', body: JSON.stringify({ model: 'probe', query: 'ok', documents: ['ok'] }) },
  audio_speech: { operation: 'audio-speech', body: JSON.stringify({ model: 'probe', input: 'ok', voice: 'alloy' }) },
};
const modesNotAsked = new Set(['image_generation', 'image_edit', 'audio_transcription', 'video_generation', 'realtime', 'ocr', 'search']);

/** How checks go. */
export interface CheckSettings {
  /** How many at a time. */
  atOnce: number;
  /** Tell the deployments' settings. */
  details: boolean;
}

/** What the configuration says of checks. */
export const checkSettings = ({ generalSettings }: Config): CheckSettings => ({ atOnce: generalSettings.healthCheckConcurrency, details: generalSettings.healthCheckDetails });

/** The body of `/health`. */
export async function checkHealth(deployments: readonly Deployment[], wire: Wire, signal: CancelSignal, log: HealthLog, { atOnce, details }: CheckSettings): Promise<JsonObject> {
  const healthy: JsonObject[] = [];
  const unhealthy: JsonObject[] = [];
  const queue = [...deployments];
  const worker = async (): Promise<void> => {
    for (let deployment = queue.shift(); deployment; deployment = queue.shift()) {
      const startedMs = performance.now();
      const { failure, limits } = await probeDeployment(deployment, wire, signal);
      const entry = { ...about(deployment, details), ...limits, ...failure };
      // A check that was broken off found nothing.
      if (!signal.aborted) log.add({ deploymentId: deployment.id, model: deployment.group, providerModel: deployment.fullName, healthy: !failure, by: 'probe', transient: transientStatuses.has(failure?.exception_status ?? 0), error: failure?.error ?? null, durationMs: performance.now() - startedMs, checkedMs: Date.now() });
      (failure ? unhealthy : healthy).push(entry);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return { healthy_endpoints: healthy, unhealthy_endpoints: unhealthy, healthy_count: healthy.length, unhealthy_count: unhealthy.length };
}

/** The body of `/health` from what is known already. */
export function healthOf(deployments: readonly Deployment[], log: HealthLog, { details }: CheckSettings): JsonObject {
  const healthy: JsonObject[] = [];
  const unhealthy: JsonObject[] = [];
  for (const deployment of deployments) {
    const known = log.latestOf(deployment.id);
    if (!known) continue;
    if (known.healthy) healthy.push(about(deployment, details));
    else unhealthy.push({ ...about(deployment, details), error: known.error });
  }
  return { healthy_endpoints: healthy, unhealthy_endpoints: unhealthy, healthy_count: healthy.length, unhealthy_count: unhealthy.length };
}

const about = ({ shownParams, fullName, id }: Deployment, details: boolean): JsonObject => ({ ...(details && shownParams), model: fullName, model_id: id });

interface Probed {
  failure: { error: string; exception_status: number } | null;
  /** What the provider says of its limits. */
  limits: JsonObject;
}

async function probeDeployment(deployment: Deployment, wire: Wire, signal: CancelSignal): Promise<Probed> {
  const limits: JsonObject = {};
  const { model } = deployment.healthCheck;
  if (model === null || (deployment.mode !== null && modesNotAsked.has(deployment.mode))) return { failure: null, limits };
  const result = await ask({ deployment, model }, wire, signal);
  if (!result.ok) return { failure: { error: faultMessage(result.fault), exception_status: faultStatus(result.fault) }, limits };
  result.value.headers.forEach((value, name) => {
    if (name.startsWith('x-ratelimit-')) limits[name] = value;
  });
  return { failure: null, limits };
}

async function ask(target: Target, wire: Wire, signal: CancelSignal): Promise<Result<Answer | OperationAnswer>> {
  const { deployment } = target;
  const { timeoutMs, maxTokens } = deployment.healthCheck;
  const base: CallBase = {
    id: newRequestId(), model: deployment.group, stream: false, removed: new Set(), passed: null, asked: null, timeoutMs, defaultTimeoutMs: timeoutMs,
    defaultStreamTimeoutMs: null, deadlineMs: Infinity, signal,
  };
  const other = operationProbes[deployment.mode ?? ''];
  const body = JsonBody.read(Buffer.from(other?.body ?? probe(maxTokens)));
  if (!body) return fail(fault('internal', 'The probe is not JSON.'));
  if (other) return attemptOperation({ ...base, operation: other.operation, body: { members: body, form: null } }, target, wire).then(unread);
  return attempt({ ...base, inbound: 'openai-chat', wishes: null, tenant: '', body, includeUsage: false, forwarded: null, session: () => null, nowSeconds: Math.floor(Date.now() / 1000), collect: false, keepaliveMs: null, firstContentTimeoutMs: null, resume: null, costOfUsage: null, continued: null }, target, wire);
}

// A sound that nobody hears is let go.
async function unread(result: Result<OperationAnswer>): Promise<Result<OperationAnswer>> {
  if (result.ok && result.value.kind === 'bytes') await result.value.body.cancel();
  return result;
}
