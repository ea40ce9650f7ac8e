// docs/errors.md, from the table of faults. What each dialect makes of a row is asked of the dialect itself.
import { fault, faultTable } from '../../src/canonical/fault.ts';
import type { FaultCode } from '../../src/canonical/fault.ts';
import { dialectOf } from '../../src/dialects/registry.ts';
import type { DialectName } from '../../src/canonical/dialect-name.ts';
import { isJsonObject, objectAt, stringAt } from '../../src/lib/json.ts';
import { code, table } from './markdown.ts';

/** When each fault happens. A fault without a sentence does not compile. */
const meanings: Readonly<Record<FaultCode, string>> = {
  no_key: 'The request brings no key.',
  malformed_key: 'What was brought cannot be a key.',
  unknown_key: 'The key is not known.',
  expired_key: 'The key is out of date.',
  blocked_key: 'The key, its team or its user is blocked.',
  end_user_blocked: 'The end user that the request names is blocked.',
  session_ended: 'The sign-in to the dashboard has ended.',
  login_failed: 'The name or the password is wrong.',
  password_login_disabled: 'Names and passwords are not taken: `disable_password_login_when_sso_enabled` is set and there is an identity provider.',
  login_throttled: 'Too many sign-ins failed; the header `retry-after` says how long to wait.',
  admin_only: 'The role of the caller may not do this.',
  address_not_allowed: 'The caller is outside `allowed_ips` of the installation or of its key.',
  route_not_allowed: 'The key may not call this route.',
  model_not_allowed: 'The key, or its team, user or organization, may not use this model.',
  store_unavailable: 'The database or the response cache is not there. A known key goes on working.',
  route_unknown: 'There is no such path. The body is `{"detail":"Not Found"}`.',
  method_not_allowed: 'The path has other methods; the header `allow` names them.',
  host_invalid: 'The `Host` header is not a host name.',
  body_not_json: 'The body is not a JSON object.',
  body_too_large: 'The body is larger than `max_request_size_mb`, 64 MB when nothing is set.',
  body_encoding: 'The body is packed in a way that is not known, or damaged.',
  body_too_slow: 'The body did not arrive in time.',
  upload_not_stored: 'The disk has no room for a large upload.',
  parameter_missing: 'A required member of the body is missing.',
  parameter_invalid: 'A member of the body has the wrong type or value.',
  client_setting_refused: 'The request brings an address, an identity, a price or a place of logging of its own (`api_base`, `user_config`, `aws_role_name`, `langfuse_host` …), also in `metadata`, `extra_body` or a fallback, and the deployment does not let it.',
  mock_testing_disabled: 'The request asks for a pretended failure, and `dangerously_allow_mock_testing_request_params` is off.',
  parameter_unsupported: 'The provider cannot take a parameter, and `drop_params` is off.',
  model_not_a_string: '`model` is not a text.',
  model_unknown: 'No deployment serves this model.',
  model_name_invalid: 'The same where `default_fallbacks` are set: LiteLLM words it otherwise there.',
  managed_invalid: 'What the management API was given makes no sense.',
  managed_missing: 'What is to be shown or changed does not exist.',
  managed_conflict: 'What is to be made is there already.',
  managed_forbidden: 'The caller may call the route, but not for this thing or with this value.',
  item_not_found: 'What the path names does not exist.',
  budget_exceeded: 'A budget is used up. `litellm_settings.budget_exceeded_status_code` changes the status.',
  budget_reserved: 'What is left of a budget is held by requests under way; it comes back when they cost less.',
  model_unpriced: 'No deployment of the model has a known price, and `block_requests_for_models_without_pricing` is set.',
  price_unknown: 'A budget holds, the price of the model is not known, and `unknown_price_policy` is `deny`.',
  limits_unavailable: 'The shared counters cannot be reached, and `fail_closed_…_enforcement` says that nothing runs without them.',
  rate_limited: "The caller's limit of requests, tokens or parallel requests is reached.",
  deployments_limited: 'Every deployment of the model is at its `rpm` or `tpm`.',
  deployment_reserved: 'All deployments of the model are reserved for other teams at this hour (`access_windows`).',
  deployments_cooling: 'Every deployment of the model is cooling down after failures.',
  region_not_served: 'No deployment of the model stands in the region that the request or its key asks for.',
  tags_not_allowed: "No deployment has the request's tags.",
  database_required: 'The route needs a database.',
  credential_missing: "The deployment's key is not set where the gateway runs.",
  operation_unsupported: 'The provider does not offer what was asked.',
  upstream_bad_request: 'The provider refused the request (400, or a 4xx without a row here).',
  upstream_context_window: 'The prompt is too long for the model, told by the words of the refusal.',
  upstream_content_policy: "The provider's content policy refused, told by the words of the refusal.",
  upstream_authentication: "The provider refused the gateway's key.",
  upstream_permission: "The gateway's key may not do this at the provider.",
  upstream_not_found: 'The provider does not know the model or the path.',
  upstream_too_large: 'The request is too large for the provider.',
  upstream_unprocessable: 'The provider cannot process the request.',
  upstream_timeout: 'The provider took too long.',
  upstream_conflict: 'The provider reports a conflict.',
  upstream_rate_limited: "The provider's rate limit is reached.",
  upstream_failed: 'The provider failed (500, or a 5xx without a row here).',
  upstream_bad_gateway: 'A server in front of the provider failed.',
  upstream_unavailable: 'The provider is not available.',
  upstream_overloaded: 'The provider is overloaded.',
  upstream_connection: 'No connection to the provider, or it broke before the answer.',
  upstream_invalid_answer: 'The provider sent something that is no answer: HTML, cut JSON, nothing.',
  upstream_stream_broken: 'A stream broke off, fell silent, or ended without its terminal frame.',
  upstream_address_refused: 'The address may not be called.',
  client_left: 'The client closed the connection. Nobody sees this status but the log.',
  shutting_down: 'The gateway is stopping.',
  overloaded: 'The gateway is at a limit of its own.',
  internal: 'A mistake in Weir. Please report it.',
};

const introduction = `# Errors

<!-- Made by scripts/docs/generate.ts from src/canonical/fault.ts. Change the table, not this page. -->

Every way in which a request can fail is one row of one table. The first column is what the log line says under \`fault\`. An error has the
form that the client's dialect expects:

* Chat Completions, Completions and Responses: \`{"error": {"message", "type", "param", "code"}}\`; \`code\` is the status as text, as LiteLLM has it.
* \`/v1/messages\`: \`{"type": "error", "error": {"type", "message"}}\`.
* Gemini: \`{"error": {"code", "message", "status"}}\`.

A failure of a provider keeps the provider's status and message. The message begins as LiteLLM's does, \`litellm.RateLimitError: …\`, because
clients match on it. It never holds a key or the name of another deployment.

*Again* says whether Weir itself tries again, at another deployment if there is one. A row without it goes straight to the fallbacks, if any
are configured. With \`retry-after\` in the answer, a client should wait that many seconds.

A stream that fails after its first byte carries the same error inside it, as an error event, and then ends without \`[DONE]\` or
\`message_stop\`. It never looks finished.
`;

function word(dialect: DialectName, name: FaultCode): string {
  const { body } = dialectOf(dialect).renderFault(fault(name, ''));
  const error = objectAt(body, 'error');
  if (!isJsonObject(error)) return '';
  return stringAt(error, dialect === 'gemini' ? 'status' : 'type') ?? '';
}

/** The whole page. */
export function renderErrors(): string {
  const codes = Object.keys(faultTable) as FaultCode[];
  const rows = codes.map((name) => {
    const { status, exception, retryable } = faultTable[name];
    return [
      code(name), String(status), code(word('openai-chat', name)), code(word('anthropic-messages', name)), code(word('gemini', name)),
      code(exception ?? ''), retryable ? 'yes' : '', meanings[name],
    ];
  });
  return [introduction, table(['fault', 'status', '`type` (OpenAI)', '`type` (Anthropic)', '`status` (Gemini)', 'LiteLLM class', 'again', 'when'], rows), ''].join('\n');
}
