// Settings that were changed while the gateway runs and are kept in the database. They stand beside the file's: what the file says is not changed.
import { parseYaml } from './parse-yaml.ts';
import type { JsonObject } from '../lib/json.ts';
import type { ProblemList } from './problem.ts';
import type { TreeEntry, TreeMap } from './tree.ts';

/** The sections whose settings can be kept in the database. */
export const storedSections = ['general_settings', 'litellm_settings', 'router_settings'] as const;
export type StoredSection = (typeof storedSections)[number];

/** What is kept, by section. */
export type StoredSettings = Readonly<Partial<Record<StoredSection, JsonObject>>>;

/** Names of settings by section. */
export type SettingNames = Readonly<Record<StoredSection, readonly string[]>>;

/** What the messages about stored settings call their place. */
export const storedSource = 'settings in the database';

/** The settings that the file itself says. */
export function settingsInFile(tree: TreeMap): SettingNames {
  const names = (section: StoredSection): readonly string[] => {
    const value = tree.entries.get(section)?.value;
    return value?.kind === 'map' ? [...value.entries.keys()] : [];
  };
  return { general_settings: names('general_settings'), litellm_settings: names('litellm_settings'), router_settings: names('router_settings') };
}

/** The file with what is kept beside it. */
export function withStored(tree: TreeMap, stored: StoredSettings, problems: ProblemList): TreeMap {
  // JSON is YAML: the same reader gives the same tree, with its bounds.
  const kept = Object.keys(stored).length === 0 ? undefined : parseYaml(JSON.stringify(stored), storedSource, problems);
  if (kept?.kind !== 'map') return tree;
  const entries = new Map(tree.entries);
  for (const section of storedSections) {
    const added = kept.entries.get(section)?.value;
    if (added?.kind !== 'map') continue;
    const before = entries.get(section);
    const present: ReadonlyMap<string, TreeEntry> = before?.value.kind === 'map' ? before.value.entries : new Map();
    const position = before?.position ?? added.position;
    entries.set(section, { position, value: { kind: 'map', position, entries: new Map([...added.entries, ...present]) } });
  }
  return { ...tree, entries };
}
