// Asks every deployment whether it works, as `/health` does: a real call of a few tokens each. Costs money; liveness does not come here.
import { faultMessage, faultStatus } from '../canonical/fault.ts';
import { attempt, type Wire } from '../upstream/attempt.ts';
import { JsonBody } from '../lib/json-body.ts';
import { newRequestId } from '../lib/identifiers.ts';
import type { Call } from '../upstream/call.ts';
import type { Deployment } from '../routing/deployment.ts';
import type { JsonObject } from '../lib/json.ts';

const probeTimeoutMs = 60_000;
const probesAtOnce = 16;
const probe = JSON.stringify({ model: 'probe', messages: [{ role: 'user', content: 'Say "ok".' }], max_tokens: 16 });

/** The body of `/health`. */
export async function checkHealth(deployments: readonly Deployment[], wire: Wire, signal: AbortSignal): Promise<JsonObject> {
  const healthy: JsonObject[] = [];
  const unhealthy: JsonObject[] = [];
  const queue = [...deployments];
  const worker = async (): Promise<void> => {
    for (let deployment = queue.shift(); deployment; deployment = queue.shift()) {
      const { ok, entry } = await probeDeployment(deployment, wire, signal);
      (ok ? healthy : unhealthy).push(entry);
    }
  };
  await Promise.all(Array.from({ length: probesAtOnce }, worker));
  return { healthy_endpoints: healthy, unhealthy_endpoints: unhealthy, healthy_count: healthy.length, unhealthy_count: unhealthy.length };
}

async function probeDeployment(deployment: Deployment, wire: Wire, signal: AbortSignal): Promise<{ ok: boolean; entry: JsonObject }> {
  const about: JsonObject = { ...deployment.shownParams, model: deployment.fullName, model_id: deployment.id };
  const body = JsonBody.read(Buffer.from(probe));
  if (!body || deployment.model.includes('*')) return { ok: true, entry: about };
  const call: Call = {
    id: newRequestId(), inbound: 'openai-chat', body, model: deployment.group, stream: false, includeUsage: false, removed: new Set(), forwarded: null,
    timeoutMs: probeTimeoutMs, defaultTimeoutMs: probeTimeoutMs, defaultStreamTimeoutMs: null, signal, nowSeconds: Math.floor(Date.now() / 1000), collect: false, costOfUsage: null, continued: null,
  };
  const result = await attempt(call, { deployment, model: deployment.model }, wire);
  if (!result.ok) return { ok: false, entry: { ...about, error: faultMessage(result.fault), exception_status: faultStatus(result.fault) } };
  const limits: JsonObject = {};
  result.value.headers.forEach((value, name) => {
    if (name.startsWith('x-ratelimit-')) limits[name] = value;
  });
  return { ok: true, entry: { ...about, ...limits } };
}
