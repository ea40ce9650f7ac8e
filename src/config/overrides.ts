// Settings of the command line that go over the file's.
import type { Config } from './config.ts';
import { freeze } from './freeze.ts';

/** What `--request_timeout`, `--drop_params` and `--max_budget` say; undefined leaves the file's setting. */
export type Overrides = { readonly requestTimeoutMs: number | undefined; readonly dropParams: boolean; readonly maxBudget: number | undefined };

/** The configuration with the command line's settings. `router_settings.timeout` still wins over `--request_timeout`, as over `request_timeout`. */
export function withOverrides(config: Config, overrides: Overrides): Config {
  const requestTimeoutMs = overrides.requestTimeoutMs ?? config.litellmSettings.requestTimeoutMs;
  const dropParams = overrides.dropParams || config.litellmSettings.dropParams;
  const timeoutMs = config.routerSettings.timeoutMs ?? requestTimeoutMs ?? config.routing.timeoutMs;
  return freeze({
    ...config,
    litellmSettings: { ...config.litellmSettings, requestTimeoutMs, dropParams, maxBudget: overrides.maxBudget ?? config.litellmSettings.maxBudget },
    routing: { ...config.routing, timeoutMs },
  });
}
