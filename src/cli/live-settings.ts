// The settings of the database in a running process: read at the start, and again whenever an administrator here or on another instance changes them.
import { loadWith, type ConfigurationOptions } from './load.ts';
import { storedSections, type StoredSettings } from '../config/stored-settings.ts';
import { isJsonObject, type Json, type JsonObject } from '../lib/json.ts';
import type { Changes } from '../access/changes.ts';
import type { Logger } from '../observe/logger.ts';
import type { Problem } from '../config/problem.ts';
import type { SettingsKeeper } from '../config/settings-keeper.ts';
import type { Store } from '../store/store.ts';

/** The settings of one process. */
export class LiveSettings implements SettingsKeeper {
  private kept: StoredSettings = {};
  private apply: () => void = () => undefined;

  constructor(private readonly store: Store, private readonly options: ConfigurationOptions, changes: Changes, logger: Logger) {
    changes.subscribe(({ kind, origin }) => {
      if (kind !== 'config' || origin !== 'elsewhere') return;
      void this.reload().catch((error: unknown) => logger.error('settings of the database cannot be read; those before stay in force', { error: error instanceof Error ? error.message : String(error) }));
    });
  }

  /** What makes a changed configuration take effect. */
  onChange(apply: () => void): void {
    this.apply = apply;
  }

  stored(): StoredSettings {
    return this.kept;
  }

  mistakes(next: StoredSettings): readonly Problem[] {
    const loaded = loadWith(this.options, next);
    return loaded.kind === 'error' ? loaded.problems : [];
  }

  /** Reads without putting anything in force; for the start. */
  async read(): Promise<StoredSettings> {
    const rows = await this.store.db.selectFrom('config_overrides').select(['param_name', 'param_value']).where('param_name', 'in', [...storedSections]).execute();
    const kept: Partial<Record<string, JsonObject>> = {};
    for (const { param_name: section, param_value: text } of rows) {
      const value = text === null ? null : JSON.parse(text) as Json;
      if (isJsonObject(value) && Object.keys(value).length > 0) kept[section] = value;
    }
    this.kept = kept;
    return kept;
  }

  async reload(): Promise<void> {
    await this.read();
    this.apply();
  }
}
