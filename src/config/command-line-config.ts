// A configuration without a file: one model, named on the command line as `litellm --model …` takes it.
import { freeze } from './freeze.ts';
import { loadConfigText } from './load.ts';
import type { LoadResult } from './load.ts';
import type { Environment } from './resolve-environment.ts';
import type { StoredSettings } from './stored-settings.ts';

/** What the command line says about the one model. */
export type CommandLineModel = {
  readonly model: string;
  readonly alias: string | undefined;
  readonly apiBase: string | undefined;
  readonly apiVersion: string | undefined;
};

/** What stands for the name of the file where there is none. */
export const commandLine = 'command line';

/**
 * The configuration that serves one model under its alias, or under its own name, and whatever else is asked for by the same model,
 * as LiteLLM does. It goes through the same checks as a file.
 */
export function configOfModel(given: CommandLineModel, environment: Environment, stored: StoredSettings = {}): LoadResult {
  const params = { model: given.model, api_base: given.apiBase, api_version: given.apiVersion };
  const names = new Set([given.alias ?? given.model, '*']);
  const entries = [...names].map((name) => ({ model_name: name, litellm_params: params }));
  const result = loadConfigText(JSON.stringify({ model_list: entries }), environment, commandLine, stored);
  return result.kind === 'ok' ? { ...result, config: freeze({ ...result.config, files: [] }) } : result;
}
