// What of the configuration every call is held against.
import { passedHeaders } from './passed-headers.ts';
import { settledModels } from './settled-models.ts';
import type { Config } from '../config/config.ts';
import type { PipelineParts } from './parts.ts';

type CallSettings = Pick<PipelineParts,
  | 'defaultTimeoutMs' | 'defaultStreamTimeoutMs' | 'continueStreams' | 'firstContentTimeoutMs' | 'costInStreams' | 'passed' | 'settledModel' | 'callIdInErrors'
  | 'usageInStreams' | 'fallbacksNeedAccess' | 'sessionNeeded' | 'enforcedParams' | 'tagsRefused' | 'mockTestingAllowed'>;

/** Reads them once, for all calls. */
export const callSettings = (config: Config): CallSettings => ({
  defaultTimeoutMs: config.routing.timeoutMs,
  defaultStreamTimeoutMs: config.routing.streamTimeoutMs ?? null,
  continueStreams: config.routing.continueStreams,
  firstContentTimeoutMs: config.routing.firstContentTimeoutMs,
  costInStreams: config.litellmSettings.includeCostInStreamingUsage,
  passed: passedHeaders(config),
  settledModel: settledModels(config),
  usageInStreams: config.generalSettings.alwaysIncludeStreamUsage,
  fallbacksNeedAccess: config.generalSettings.enforceFallbackModelAccess,
  sessionNeeded: config.generalSettings.missingSessionId === 'reject',
  callIdInErrors: config.generalSettings.includeCallIdInErrorBody,
  enforcedParams: [...config.generalSettings.enforcedParams ?? [], ...(config.generalSettings.enforceUserParam ? ['user'] : [])],
  tagsRefused: config.generalSettings.rejectClientsideMetadataTags,
  mockTestingAllowed: config.generalSettings.dangerouslyAllowMockTestingRequestParams,
});
