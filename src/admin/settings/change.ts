// Changes settings while the gateway runs. They are kept in the database, checked as a whole configuration before, and in force when the answer goes out.
// What the file says stays the file's: nobody has to wonder which of two values holds.
import { commit } from '../commit.ts';
import { fail, fault, ok, type Result } from '../../canonical/fault.ts';
import { fieldOf, isFixed } from './sections.ts';
import { isJsonObject, type Json, type JsonObject } from '../../lib/json.ts';
import type { AdminCall } from '../endpoint.ts';
import type { Database } from '../database.ts';
import type { StoredSection, StoredSettings } from '../../config/stored-settings.ts';

/** New values by the names of a section; null takes what was kept away. */
export type SettingChanges = Partial<Record<StoredSection, JsonObject>>;

/** Changes settings; gives what is kept of the touched sections afterwards. */
export async function changeSettings(call: Pick<AdminCall, 'services' | 'caller'>, changes: SettingChanges): Promise<Result<StoredSettings>> {
  const { settings, config } = call.services;
  if (!settings) return fail(fault('managed_invalid', 'Settings are changed in the configuration file; a change is taken over at once, without a restart.'));
  if (!config.generalSettings.storeModelInDb) return fail(fault('managed_invalid', "Set general_settings.store_model_in_db to true (or STORE_MODEL_IN_DB='True') to keep settings in the database, or change them in the configuration file."));
  for (const [section, values] of entriesOf(changes)) {
    for (const [name, value] of Object.entries(values)) {
      const wrong = wrongChange(section, name, value, config.fileSettings[section]);
      if (wrong !== null) return fail(fault('managed_invalid', wrong));
    }
  }
  const next = { ...settings.stored() };
  for (const [section, values] of entriesOf(changes)) next[section] = merged(next[section] ?? {}, values);
  const [mistake] = settings.mistakes(next);
  if (mistake) return fail(fault('managed_invalid', `${mistake.path === '' ? '' : `${mistake.path}: `}${mistake.message}`));
  const written = await commit(call, async (db, note) => {
    const after: Partial<Record<StoredSection, JsonObject>> = {};
    for (const [section, values] of entriesOf(changes)) {
      const before = await kept(db, section);
      after[section] = merged(before, values);
      await put(db, section, after[section], call.services.nowMs(), call.caller.userId);
      note({ kind: 'config', id: section, action: 'updated', before: picked(before, values), after: values });
    }
    return after;
  });
  await settings.reload();
  return ok(written);
}

const entriesOf = (changes: SettingChanges) => Object.entries(changes) as [StoredSection, JsonObject][];

function merged(before: JsonObject, values: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries({ ...before, ...values }).filter(([, value]) => value !== null));
}

const picked = (before: JsonObject, values: JsonObject): JsonObject => Object.fromEntries(Object.keys(values).map((name) => [name, before[name] ?? null]));

function wrongChange(section: StoredSection, name: string, value: Json, inFile: readonly string[]): string | null {
  const field = fieldOf(section, name);
  if (!field) return `Invalid field=${name.slice(0, 100)} passed in.`;
  if (isFixed(name, field)) return `${section}.${name} is set in the configuration file or the environment only.`;
  if (inFile.includes(name)) return `${section}.${name} stands in the configuration file; change it there.`;
  // Only the file may point into the environment: else whoever may change settings could read every secret of the process.
  return namesEnvironment(value) ? `${section}.${name}: values of the environment (os.environ/…) are taken from the configuration file only.` : null;
}

function namesEnvironment(value: Json): boolean {
  if (typeof value === 'string') return /os\.environ\//.test(value);
  if (Array.isArray(value)) return value.some(namesEnvironment);
  return isJsonObject(value) && Object.values(value).some(namesEnvironment);
}

async function kept(db: Database, section: StoredSection): Promise<JsonObject> {
  const row = await db.selectFrom('config_overrides').select('param_value').where('param_name', '=', section).executeTakeFirst();
  const value = row?.param_value == null ? null : JSON.parse(row.param_value) as Json;
  return isJsonObject(value) ? value : {};
}

async function put(db: Database, section: StoredSection, value: JsonObject, atMs: number, by: string | null): Promise<void> {
  const cells = { param_value: JSON.stringify(value), updated_at_ms: atMs, updated_by: by };
  await db.insertInto('config_overrides').values({ param_name: section, revision: 1, ...cells })
    .onConflict((conflict) => conflict.column('param_name').doUpdateSet((row) => ({ ...cells, revision: row('config_overrides.revision', '+', 1) }))).execute();
}
