// The client package's public face: back ends, what they take and give, and the errors they throw.
export { LLMBackend, type CallOptions, type StreamOptions } from './backend.ts';
export { GatewayBackend, type GatewayBackendOptions } from './gateway-backend.ts';
export { GatewayError, gatewayErrorKinds, type GatewayErrorDetails, type GatewayErrorKind } from './error.ts';
export { applyDelta, foldDeltas } from './fold.ts';
export { readServerSentEvents, type ServerSentEvent } from './sse.ts';
export type { ChatAnswer, Delta, FinishReason, Model, ToolCall, Usage } from './answer.ts';
export type { ChatMessage, ChatRequest, ContentPart, RequestToolCall, Role, ToolDefinition } from './request.ts';
export { Api, queryText, type ApiCall, type ApiMethod, type ApiOptions } from './management/api.ts';
export { ManagementClient } from './management/management-client.ts';
export { quantile, readMetrics, total, type Sample } from './management/prometheus.ts';
export type * from './management/types.ts';
