// `/metrics` for Prometheus.
import type { Handler } from '../route.ts';

/** The metrics as text. */
export const metrics: Handler = async ({ services }) => new Response(await services.metrics.text(), { headers: { 'content-type': services.metrics.contentType } });
