// `/metrics` for Prometheus.
import type { Handler } from '../route.ts';
import { Reply, ReplyHeaders } from '../../http/reply.ts';

/** The metrics as text. */
export const metrics: Handler = ({ services }) => new Reply(200, ReplyHeaders.of({ 'content-type': services.metrics.contentType }), services.metrics.text());

/** `GET /metrics`: LiteLLM's metrics live behind the slash, and scrapers follow. */
export const toMetrics: Handler = ({ search }) => new Reply(307, ReplyHeaders.of({ location: search === '' ? '/metrics/' : `/metrics/?${search}` }), null);
