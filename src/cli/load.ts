// Loads the configuration that the command line asks for, and tells what is wrong with it.
import { configOfModel } from '../config/command-line-config.ts';
import { loadConfig, type LoadResult } from '../config/load.ts';
import { renderProblem } from '../config/problem.ts';
import { withDotenv } from '../config/dotenv.ts';
import { withOverrides } from '../config/overrides.ts';
import type { Config } from '../config/config.ts';
import type { StartOptions } from './parse-arguments.ts';

/** The configuration, or null after the mistakes were written to standard error. */
export function loadForCommand(options: Pick<StartOptions, 'config' | 'model' | 'alias' | 'apiBase' | 'apiVersion' | 'requestTimeoutMs' | 'maxBudget' | 'dropParams'>): Config | null {
  const environment = withDotenv(process.cwd(), process.env);
  const loaded = load(options, environment);
  for (const warning of loaded.warnings) console.error(renderProblem(warning));
  if (loaded.kind === 'error') {
    for (const problem of loaded.problems) console.error(renderProblem(problem));
    return null;
  }
  return withOverrides(loaded.config, { requestTimeoutMs: options.requestTimeoutMs, dropParams: options.dropParams, maxBudget: options.maxBudget });
}

function load(options: Parameters<typeof loadForCommand>[0], environment: Readonly<Record<string, string | undefined>>): LoadResult {
  const { config, model, alias, apiBase, apiVersion } = options;
  if (config !== undefined) return loadConfig(config, environment);
  const chosen = environment['CONFIG_FILE_PATH'];
  if (model === undefined && chosen !== undefined && chosen !== '') return loadConfig(chosen, environment);
  return configOfModel({ model: model ?? 'demo/weir-demo', alias, apiBase, apiVersion }, environment);
}
