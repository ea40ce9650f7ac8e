// The management API over a database, with the models that are kept there.
import { createSealer, type Sealer } from './seal/sealer.ts';
import { LiveModels } from './models/live-models.ts';
import { windowClock } from '../pipeline/compile-limits.ts';
import type { AdminServices } from './services.ts';
import type { Config } from '../config/config.ts';
import type { PipelineParts } from '../pipeline/parts.ts';

/** What it is made from: parts of its services, and what they come from. */
export interface ManagementParts extends Pick<AdminServices, 'store' | 'config' | 'logger' | 'alerts' | 'changes' | 'settings'> {
  masterKey: string | null;
  /** The pipeline as it is now. */
  pipeline: () => PipelineParts;
  /** Puts a configuration with stored models in force. */
  apply: (config: Config) => void;
}

/** Makes it. */
export function createManagement({ masterKey, pipeline, apply, ...given }: ManagementParts): AdminServices {
  const sealer = sealerOf(given.config, masterKey);
  const models = sealer && new LiveModels({ ...given, sealer, apply });
  return {
    ...given, sealer, nowMs: Date.now, clock: windowClock(given.config), router: () => pipeline().router, reloadModels: () => models?.reload() ?? Promise.resolve(),
    get limiter() {
      return pipeline().limits.limiter;
    },
  };
}

function sealerOf(config: Config, masterKey: string | null): Sealer | null {
  const secret = config.environmentValue('LITELLM_SALT_KEY') || masterKey;
  if (secret === null) return null;
  const earlier = (config.environmentValue('LITELLM_SALT_KEY_PREVIOUS') ?? '').split(',').map((one) => one.trim()).filter((one) => one !== '');
  // Where a salt key was set later, what the master key sealed goes on opening.
  return createSealer(secret, masterKey === null || masterKey === secret ? earlier : [...earlier, masterKey]);
}
