// Settings that are changed while the gateway runs: who keeps them puts them in force, too.
import type { Problem } from './problem.ts';
import type { StoredSettings } from './stored-settings.ts';

/** Whoever keeps settings in the database. */
export interface SettingsKeeper {
  /** What is kept now. */
  stored(): StoredSettings;
  /** What would be wrong with a configuration in which these stood; empty: nothing. */
  mistakes(next: StoredSettings): readonly Problem[];
  /** Reads what is kept anew, and gives when it is in force. Rejects when the database is away. */
  reload(): Promise<void>;
}
