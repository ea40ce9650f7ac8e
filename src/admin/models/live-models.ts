// Keeps the models of the database in force beside those of the file: read at the start, and again whenever one changes.
import { storedDeployments } from './stored.ts';
import type { Changes } from '../../access/changes.ts';
import type { Config } from '../../config/config.ts';
import type { Logger } from '../../observe/logger.ts';
import type { Sealer } from '../seal/sealer.ts';
import type { Store } from '../../store/store.ts';

/** What it works with. `apply` puts the configuration with the stored models in force. */
export interface LiveModelsParts {
  store: Store;
  sealer: Sealer;
  config: Config;
  logger: Logger;
  changes: Changes;
  apply: (config: Config) => void;
}

/** The stored models of a gateway. */
export class LiveModels {
  private running: Promise<void> | null = null;
  private again = false;
  private anyBefore = false;

  constructor(private readonly parts: LiveModelsParts) {
    parts.changes.subscribe(({ kind, origin }) => {
      if ((kind === 'model' || kind === 'credential') && origin === 'elsewhere') void this.reload();
    });
  }

  /** Reads the models; gives when they are in force. Calls that come meanwhile share the next reading. Never rejects. */
  reload(): Promise<void> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.read().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async read(): Promise<void> {
    const { store, sealer, config, logger, apply } = this.parts;
    do {
      this.again = false;
      try {
        const stored = await storedDeployments(store.db, sealer, config, logger);
        // Without stored models the gateway is as it was made.
        if (stored.length > 0 || this.anyBefore) apply({ ...config, deployments: [...config.deployments, ...stored.map((deployment, index) => ({ ...deployment, index: config.deployments.length + index }))] });
        this.anyBefore ||= stored.length > 0;
      } catch (error) {
        logger.error('the stored models cannot be read; those before stay in force', { error: error instanceof Error ? error.message : String(error) });
      }
    } while (this.again);
  }
}
