// What the pipeline works with, and what it is asked.
import type { BackgroundJobs } from './background-jobs.ts';
import type { CacheSettings } from './cache-stage.ts';
import type { DialectName } from '../canonical/dialect-name.ts';
import type { EncryptedAccounts } from '../cache/encrypted-accounts.ts';
import type { ExplainLog } from '../routing/explain-log.ts';
import type { HealthLog } from '../routing/health-log.ts';
import type { JsonBody } from '../lib/json-body.ts';
import type { LedgerParts } from './ledger-entry.ts';
import type { LimitParts } from './limit-stage.ts';
import type { PassedHeaders } from './passed-headers.ts';
import type { MetricLabels } from './metric-labels.ts';
import type { Observer } from '../observe/observer.ts';
import type { ResponseStore } from '../cache/response-store.ts';
import type { Router } from '../routing/router.ts';
import type { SettledModel } from './settled-models.ts';
import type { SteerParts } from './steer-stage.ts';
import type { Wire } from '../upstream/attempt.ts';

/** What the pipeline works with; made anew when the configuration changes. */
export interface PipelineParts extends Wire, SteerParts {
  router: Router;
  observer: Observer;
  /** Null without a database. */
  ledger: LedgerParts | null;
  explanations: ExplainLog;
  cache: CacheSettings | null;
  /** Answers of the Responses API. */
  responses: ResponseStore;
  /** Answers of the Responses API that are being made in the background. */
  background: BackgroundJobs;
  defaultTimeoutMs: number;
  defaultStreamTimeoutMs: number | null;
  /** `continue_streams`. */
  continueStreams: boolean;
  /** `slow_stream_guard`. */
  firstContentTimeoutMs: number | null;
  mockTestingAllowed: boolean;
  /** `always_include_stream_usage`. */
  usageInStreams: boolean;
  /** `enforce_fallback_model_access`. */
  fallbacksNeedAccess: boolean;
  /** `missing_session_id: reject`. */
  sessionNeeded: boolean;
  /** `reject_clientside_metadata_tags`. */
  tagsRefused: boolean;
  /** `general_settings.enforced_params`: what every request must have. */
  enforcedParams: readonly string[];
  /** Models that are set for kinds of requests; null: none. */
  settledModel: SettledModel | null;
  /** Makes headers of the client's, or about the caller, for the provider; null: none are passed on. */
  passed: PassedHeaders | null;
  /** Values of labels that the configuration adds to metrics; null: none. */
  metricLabels: MetricLabels | null;
  /** `include_call_id_in_error_body`. */
  callIdInErrors: boolean;
  /** Streams end with their cost in the usage. */
  costInStreams: boolean;
  limits: LimitParts;
  /** Who made encrypted reasoning items. */
  accounts: EncryptedAccounts;
  /** What checks of deployments found. */
  health: HealthLog;
}

/** A chat request as the route found it. */
export interface ChatRequest {
  dialect: DialectName;
  body: JsonBody;
  /** The model when it stands in the path. */
  modelFromPath: string | null;
  /** Whether a stream is wanted when the path says it; null: the body says it. */
  streamFromPath: boolean | null;
  /** Whoever asks keeps the answer himself. */
  keptElsewhere?: true;
}

