// `router_settings`: how a request finds its deployment, and what happens when that one fails.
import { accepted, supported } from '../field.ts';
import { cacheParamsFields } from './cache-params.ts';
import { amount, boolean, choice, count, either, freeMap, listOf, mapOf, port, positive, record, secret, share, text, texts } from '../shape.ts';

/** Retries for each kind of failure. */
export const retryPolicyFields = {
  BadRequestErrorRetries: supported(count, 'Retries after a refused request (400).'),
  AuthenticationErrorRetries: supported(count, 'Retries after a refused key (401, 403).'),
  NotFoundErrorRetries: supported(count, 'Retries after an unknown model or route (404).'),
  TimeoutErrorRetries: supported(count, 'Retries after a time-out (408 and our own).'),
  RateLimitErrorRetries: supported(count, 'Retries after a rate limit (429).'),
  ContentPolicyViolationErrorRetries: supported(count, "Retries after a refusal by the provider's content policy."),
  InternalServerErrorRetries: supported(count, 'Retries after an error of the provider (500, 502).'),
  ServiceUnavailableErrorRetries: supported(count, 'Retries after an unavailable provider (503, 504).'),
  DefaultRetries: supported(count, 'Retries after every other failure.'),
};

/** Failures of each kind that a deployment may have in a minute before it rests. */
export const allowedFailsPolicyFields = {
  BadRequestErrorAllowedFails: supported(count, 'Refused requests (400).'),
  AuthenticationErrorAllowedFails: supported(count, 'Refused keys (401, 403).'),
  NotFoundErrorAllowedFails: supported(count, 'Unknown models or routes (404).'),
  TimeoutErrorAllowedFails: supported(count, 'Time-outs.'),
  RateLimitErrorAllowedFails: supported(count, 'Rate limits (429).'),
  ContentPolicyViolationErrorAllowedFails: supported(count, 'Refusals by content policy.'),
  InternalServerErrorAllowedFails: supported(count, 'Errors of the provider (500).'),
  BadGatewayErrorAllowedFails: supported(count, 'Errors before the provider (502).'),
  ServiceUnavailableErrorAllowedFails: supported(count, 'Unavailable providers (503).'),
};

/** `[{source: [target, …]}, …]`, as fallbacks are written. */
export const fallbackShape = listOf(mapOf(texts));

/** `model_group_alias` by the long form. */
export const aliasFields = {
  model: supported(text, 'The model name that is meant.', { required: true }),
  hidden: supported(boolean, 'Leave the alias out of the list of models.', { default: false }),
};

/** `router_settings.hedging`. */
export const hedgingFields = {
  enabled: supported(boolean, 'Whether it is done.', { default: true }),
  percentile: supported(amount, 'A stream is late when its first token takes longer than in this share of the last streams of the model that are like it: of known or new conversations, with prompts of about this size.', { unit: 'percent', default: 95 }),
  max_share: supported(share, 'The most that second calls may add to what is spent.', { default: 0.05 }),
  same_deployment: supported(boolean, 'A late stream of a conversation is asked a second time where the conversation is in the cache, unless many streams are late there; else always elsewhere.', { default: true }),
  least_wait: supported(amount, 'No stream is late before this time.', { unit: 'seconds', default: 0.3 }),
};

/** An entry of `router_settings.routing_rules`. */
export const routingRuleFields = {
  name: supported(text, 'What the rule is called in explanations.', { required: true }),
  when: supported(text, 'A condition in CEL over `model`, `tokens`, `stream`, `tags`, `header`, `caller`, `budget_used`, `hour` and `weekday`.', { required: true }),
  use: supported(text, 'The model name that is served instead.'),
  tags: supported(texts, 'Tags that the request gets, for `enable_tag_filtering`.'),
  dry_run: supported(boolean, 'Only note that the rule would apply.', { default: false }),
};

/** An entry of `router_settings.splits`. */
export const splitFields = {
  model: supported(text, 'The model name that clients ask for.', { required: true }),
  between: supported(mapOf(amount), 'Model names and their shares.', { required: true }),
  by: supported(choice('caller', 'user', 'session', 'request'), 'What always gets the same one.', { default: 'caller' }),
};

/** An entry of `router_settings.mirrors`. */
export const mirrorFields = {
  model: supported(text, 'The model name whose requests are copied.', { required: true }),
  to: supported(text, 'The model name that gets the copies; its answers are thrown away and logged.', { required: true }),
  share: supported(share, 'The part of the requests that is copied.', { default: 1 }),
};

/** `router_settings.routing_strategy_args`. */
export const strategyArgsFields = {
  lowest_latency_buffer: supported(amount, 'For `latency-based-routing`: one of those is taken that are at most this part slower than the fastest (`0.5`: half as slow again).', { default: 0 }),
  ttl: accepted(amount, 'How long a measurement counts.', 'measurements fade by themselves'),
  max_latency_list_size: accepted(count, 'How many measurements count.', 'measurements fade by themselves'),
  ttft_percentile: accepted(amount, 'The quantile of the times to a first token that counts.', '`peak-ewma` measures times to a first token'),
};

const strategyNames = ['peak-ewma', 'simple-shuffle', 'least-busy', 'usage-based-routing', 'usage-based-routing-v2', 'latency-based-routing', 'cost-based-routing'] as const;

/** An entry of `router_settings.routing_groups`. */
export const routingGroupFields = {
  group_name: supported(text, 'The name of the group; requests may ask for it like for a model name.', { required: true }),
  models: supported(texts, 'The model names of the group.', { required: true }),
  routing_strategy: supported(choice(...strategyNames, 'priority'), 'How one of several deployments is chosen; `priority`: those of the model with the lowest number first.', { required: true }),
  routing_strategy_args: supported(record(strategyArgsFields), 'Settings of the strategy.'),
  model_priorities: supported(mapOf(positive), 'The number of each model name, for `priority`.'),
};

/** `router_settings.alerting_config`. */
export const routerAlertingFields = {
  webhook_url: supported(secret, 'The address of a Slack webhook.', { required: true }),
  alerting_threshold: supported(amount, 'A request is slow after this time.', { unit: 'seconds', default: 300 }),
};

const pythonClient = 'it belongs to the Python HTTP client';

export const routerSettingsFields = {
  routing_strategy: supported(
    choice(...strategyNames),
    'How one of several deployments is chosen. `peak-ewma` when nothing is set: of two, the one with the shorter expected wait. The others are LiteLLM\'s.',
  ),
  prompt_cache_affinity: supported(
    boolean,
    'Conversations stay on the deployment that has their prompt in its cache, while the load is even. On with `peak-ewma`, and where `optional_pre_call_checks` has an affinity.',
  ),
  max_attempts: supported(positive, 'Calls to providers for one request in all: retries, fallbacks, second calls. 32 when nothing is set.'),
  total_timeout: supported(amount, 'The longest time in which attempts for one request are begun. 6000 when nothing is set.', { unit: 'seconds' }),
  connect_timeout: supported(amount, 'The longest time until there is a connection with a provider.', { unit: 'seconds', default: 10 }),
  hedging: supported(record(hedgingFields), 'Ask a second deployment when the first one is late with a stream; see below.'),
  routing_rules: supported(listOf(record(routingRuleFields)), 'Conditions that send requests to other model names; the first one that holds counts. See below.'),
  splits: supported(listOf(record(splitFields)), 'Model names that are shared between others, kept by caller; see below.'),
  mirrors: supported(listOf(record(mirrorFields)), 'Model names whose requests are copied to others; see below.'),
  continue_streams: supported(boolean, 'A stream that breaks off in its middle is gone on with by another call, where the model takes the beginning of its own answer (`supports_assistant_prefill`).', { default: false }),
  slow_stream_guard: supported(amount, 'A stream without a first word after this time counts as failed, so that another deployment is tried.', { unit: 'seconds' }),
  routing_strategy_args: supported(record(strategyArgsFields), 'Settings of the strategy.'),
  num_retries: supported(count, 'How often a failed request is tried again, over all deployments of its model name. 2 when nothing is set.'),
  max_retries: supported(count, 'Another name of `num_retries`.'),
  timeout: supported(amount, 'The longest time a request may take. 6000 when nothing is set.', { unit: 'seconds' }),
  stream_timeout: supported(amount, 'The longest time a streaming request may take until its first bytes.', { unit: 'seconds' }),
  retry_after: supported(amount, 'The shortest pause before a retry.', { unit: 'seconds', default: 0 }),
  retry_policy: supported(record(retryPolicyFields), 'Retries for each kind of failure.'),
  model_group_retry_policy: supported(mapOf(record(retryPolicyFields)), 'Retries for each kind of failure, by model name.'),
  allowed_fails: supported(count, 'Failures in a minute after which a deployment rests. Without it the share of failures decides.'),
  allowed_fails_policy: supported(record(allowedFailsPolicyFields), 'Failures in a minute for each kind of failure.'),
  cooldown_time: supported(amount, 'How long a deployment rests. 5 when nothing is set.', { unit: 'seconds' }),
  disable_cooldowns: supported(boolean, 'No deployment ever rests.', { default: false }),
  fallbacks: supported(fallbackShape, 'Model names that are tried in turn when one fails.'),
  context_window_fallbacks: supported(fallbackShape, 'The same, when the request is too long for the model.'),
  content_policy_fallbacks: supported(fallbackShape, "The same, when the provider's content policy refuses."),
  default_fallbacks: supported(texts, 'Model names that are tried when a model name has no fallbacks of its own.'),
  max_fallbacks: supported(count, 'How many fallbacks are tried at most. 5 when nothing is set.'),
  model_group_alias: supported(mapOf(either(text, record(aliasFields))), 'Further names for model names.'),
  enable_pre_call_checks: supported(boolean, 'Leave out deployments whose context window is too small for the request, or that cannot do what it asks for (images, tools, schemas).', { default: false }),
  optional_pre_call_checks: supported(
    listOf(
      choice(
        'enforce_model_rate_limits',
        'prompt_caching',
        'router_budget_limiting',
        'responses_api_deployment_check',
        'deployment_affinity',
        'session_affinity',
        'forward_client_headers_by_model_group',
        'encrypted_content_affinity',
      ),
    ),
    'Further checks before a deployment is chosen.',
  ),
  enable_tag_filtering: supported(boolean, "Choose only among deployments that have the request's tags.", { default: false }),
  tag_filtering_match_any: supported(boolean, 'One common tag is enough; when false a deployment must have all.', { default: true }),
  tag_routing_prefix: supported(text, 'A beginning of tags that is cut off before they choose deployments.'),
  default_litellm_params: supported(freeMap, 'Settings for every deployment that does not set them itself.'),
  redis_url: supported(secret, 'The address of Redis, through which several gateways share their counters.'),
  redis_host: supported(text, 'The host of Redis.'),
  redis_port: supported(port, 'The port of Redis.'),
  redis_password: supported(secret, 'The password of Redis.'),
  redis_username: supported(text, 'The user of Redis.'),
  redis_db: supported(count, 'The number of the Redis database.'),
  redis_ssl: supported(boolean, 'Speak TLS with Redis.'),
  cache_responses: supported(boolean, 'Keep answers and give them again, as `litellm_settings.cache` does.', { default: false }),
  cache_kwargs: supported(record(cacheParamsFields), 'Settings of that cache, where `litellm_settings.cache_params` has none.'),
  caching_groups: supported(listOf(listOf(either(text, texts))), 'Model names that share answers: `[[one, other]]`, or with a name of their own: `[[name, [one, other]]]`.'),
  provider_budget_config: supported(mapOf(freeMap), 'The most that may be spent on each provider: `{openai: {budget_limit: 100, time_period: 1d}}`.'),
  default_max_parallel_requests: supported(positive, 'Requests under way to a deployment at a time, when it does not say so itself.', { unit: 'requests' }),
  default_priority: supported(count, 'The priority of requests that do not name one (`priority`). Requests with a priority wait while no deployment can be used; the lowest number goes first.'),
  routing_groups: supported(listOf(record(routingGroupFields)), 'Model names with a strategy of their own; see below.'),
  model_group_affinity_config: supported(mapOf(texts), 'Kinds of affinity by model name, in the words of `optional_pre_call_checks`: conversations of these models stay where they are, or do not when the list has no such word.'),
  ignore_invalid_deployments: supported(boolean, 'Go on without entries of `model_list` that cannot be used; they are told in the log.', { default: false }),
  enable_health_check_routing: supported(boolean, 'Leave out deployments whose last health check failed.'),
  enable_weighted_failover: accepted(boolean, 'Choose the next deployment after a failure by weight.', 'it is always so'),
  alerting_config: supported(record(routerAlertingFields), 'A Slack webhook that is told of alerts, as `general_settings.alerting: [slack]` does.'),
  client_ttl: accepted(amount, 'How long a client object is kept.', pythonClient),
  polling_interval: accepted(amount, "Pause between looks at the scheduler's queue.", 'there is no polling queue'),
  set_verbose: accepted(boolean, 'Write more to the log.', 'use --debug or --detailed_debug'),
  debug_level: accepted(text, "The level of the router's log.", 'use --debug or --detailed_debug'),
};
