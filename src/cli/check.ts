// `weir check FILE`: says what is wrong with a configuration without starting.
import { createGateway } from '../gateway.ts';
import { createLogger } from '../observe/logger.ts';
import { loadForCommand } from './load.ts';
import { resolveMasterKey } from '../config/master-key.ts';
import { tellProblems } from './tell.ts';
import { withDotenv } from '../config/dotenv.ts';
import type { Config } from '../config/config.ts';

const nothing = { model: undefined, alias: undefined, apiBase: undefined, apiVersion: undefined, requestTimeoutMs: undefined, maxBudget: undefined, dropParams: false };

/** Gives the exit code: 0 for a configuration that a gateway can be made of, 1 for one with mistakes, 2 when no file was named. */
export function check(named: string | undefined): number {
  const file = named ?? withDotenv(process.cwd(), process.env)['CONFIG_FILE_PATH'];
  if (file === undefined || file === '') {
    console.error('Which file? weir check FILE, or set CONFIG_FILE_PATH.');
    return 2;
  }
  const config = loadForCommand({ config: file, ...nothing });
  if (!config) return 1;
  const made = createGateway({ config, masterKey: null, logger: createLogger({ file: null }) });
  if (made.kind === 'error') return tellProblems(made.problems);
  if (!masterKeyIsRight(config)) return 1;
  console.log(`${file}: right; ${config.deployments.length} ${config.deployments.length === 1 ? 'deployment' : 'deployments'}`);
  return 0;
}

/** A key that is missing here may be there where the gateway runs; a bad one in the file is a mistake anywhere. */
function masterKeyIsRight(config: Config): boolean {
  const key = resolveMasterKey(config);
  if (key.kind !== 'refused') {
    for (const warning of key.warnings) console.error(`warning: ${warning}`);
    return true;
  }
  const inFile = config.generalSettings.masterKey.kind === 'value' || config.litellmSettings.masterKey.kind === 'value';
  console.error(inFile ? key.message : `warning: with the present environment the gateway would not start. ${key.message}`);
  return !inFile;
}
