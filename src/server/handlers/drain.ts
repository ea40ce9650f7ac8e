// `GET /health/drain`, for the `preStop` hook of an orchestrator: readiness and liveness fail from then on, and the answer comes when
// nothing is under way any more. The orchestrator has no key; whoever knows `drain_endpoint_token` may call it.
import { drainTimeoutMs } from '../../lib/bounds.ts';
import { json } from '../reply.ts';
import { sameText } from '../../lib/same-text.ts';
import type { Config } from '../../config/config.ts';
import type { Handler } from '../route.ts';

/** Takes the process out of service. */
export const drain: Handler = async ({ request, services }) => {
  const { config, draining, inFlight } = services;
  if (!config.generalSettings.enableDrainEndpoint) return json({ detail: 'Not Found' }, 404);
  const token = tokenOf(config);
  if (token !== null && (token === '' || !sameText(request.headers.get('x-drain-token') ?? '', token))) return json({ detail: 'Invalid or missing X-Drain-Token' }, 401);
  draining.begin();
  return json({ status: 'drained', drained_requests: await draining.wait(inFlight, drainTimeoutOf(config.environmentValue), request.signal) });
};

/** `GRACEFUL_SHUTDOWN_TIMEOUT` (seconds): how long requests under way are waited for, here and after a signal. */
export function drainTimeoutOf(environmentValue: Config['environmentValue']): number {
  const text = environmentValue('GRACEFUL_SHUTDOWN_TIMEOUT')?.trim() ?? '';
  const seconds = text === '' ? NaN : Number(text);
  return seconds >= 0 ? seconds * 1_000 : drainTimeoutMs;
}

// Null: nobody has to know one. Empty: it was meant to be one, and lets nobody in.
function tokenOf({ generalSettings: { drainEndpointToken: given }, environmentValue }: Config): string | null {
  if (given.kind === 'value') return given.value;
  return given.kind === 'unset' ? '' : environmentValue('DRAIN_ENDPOINT_TOKEN') || null;
}
