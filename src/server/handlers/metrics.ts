// `/metrics` for Prometheus.
import type { Handler } from '../route.ts';

/** The metrics as text. */
export const metrics: Handler = ({ services }) => new Response(services.metrics.text(), { headers: { 'content-type': services.metrics.contentType } });

/** `GET /metrics`: LiteLLM's metrics live behind the slash, and scrapers follow. */
export const toMetrics: Handler = ({ search }) => new Response(null, { status: 307, headers: { location: search === '' ? '/metrics/' : `/metrics/?${search}` } });
