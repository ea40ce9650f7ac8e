// Loads the configuration that the command line asks for, and tells what is wrong with it.
import { configOfModel } from '../config/command-line-config.ts';
import { loadConfig, type LoadResult } from '../config/load.ts';
import { renderProblem } from '../config/problem.ts';
import { withDotenv } from '../config/dotenv.ts';
import { withOverrides } from '../config/overrides.ts';
import type { Config } from '../config/config.ts';
import type { StoredSettings } from '../config/stored-settings.ts';
import type { StartOptions } from './parse-arguments.ts';

/** What of the command line says which configuration it is. */
export type ConfigurationOptions = Pick<StartOptions, 'config' | 'model' | 'alias' | 'apiBase' | 'apiVersion' | 'requestTimeoutMs' | 'maxBudget' | 'dropParams'>;

/** The configuration with these settings of the database beside it. */
export const loadWith = (options: ConfigurationOptions, stored: StoredSettings): LoadResult => load(options, withDotenv(process.cwd(), process.env), stored);

/** The configuration, or null after the mistakes were written to standard error. */
export function loadForCommand(options: ConfigurationOptions, stored: StoredSettings = {}): Config | null {
  const loaded = loadWith(options, stored);
  for (const warning of loaded.warnings) console.error(renderProblem(warning));
  if (loaded.kind === 'error') {
    for (const problem of loaded.problems) console.error(renderProblem(problem));
    return null;
  }
  return withOverrides(loaded.config, { requestTimeoutMs: options.requestTimeoutMs, dropParams: options.dropParams, maxBudget: options.maxBudget });
}

function load(options: ConfigurationOptions, environment: Readonly<Record<string, string | undefined>>, stored: StoredSettings): LoadResult {
  const { config, model, alias, apiBase, apiVersion } = options;
  if (config !== undefined) return loadConfig(config, environment, undefined, stored);
  const chosen = environment['CONFIG_FILE_PATH'];
  if (model === undefined && chosen !== undefined && chosen !== '') return loadConfig(chosen, environment, undefined, stored);
  return configOfModel({ model: model ?? 'demo/weir-demo', alias, apiBase, apiVersion }, environment, stored);
}
