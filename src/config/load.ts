// Loads a configuration: file → tree → environment filled in → checked and typed. A mistake is reported with file, line, field and what was expected.
import { MAX_PROBLEMS } from './bounds.ts';
import { checkMeaning } from './check-meaning.ts';
import { checkReferences } from './check-references.ts';
import { checkRules } from './check-rules.ts';
import { compileDeployments } from './compile-deployments.ts';
import { compileRouting } from './compile-routing.ts';
import type { Config } from './config.ts';
import { freeze } from './freeze.ts';
import { readWithIncludes } from './include.ts';
import { childPath, ProblemList } from './problem.ts';
import type { Problem } from './problem.ts';
import { readSettings, unknownEntries } from './read-record.ts';
import { readSource } from './read-source.ts';
import type { ReadSource } from './read-source.ts';
import { resolveEnvironment } from './resolve-environment.ts';
import type { Environment } from './resolve-environment.ts';
import { credentialFields, topLevelFields } from './schema.ts';
import { generalSettingsFields } from './schema/general-settings.ts';
import { litellmSettingsFields } from './schema/litellm-settings.ts';
import { routerSettingsFields } from './schema/router-settings.ts';
import { settingsInFile, withStored, type SettingNames, type StoredSettings } from './stored-settings.ts';
import { didYouMean } from './suggest.ts';
import { describe, find, isAbsent, toJson } from './tree.ts';
import type { JsonValue, Tree, TreeMap } from './tree.ts';

/** A configuration and its warnings, or the mistakes (and the warnings beside them). */
export type LoadResult =
  | { readonly kind: 'ok'; readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly kind: 'error'; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

/** Loads the file at `path`. Never throws; `environment` is what `os.environ/NAME` refers to (see `withDotenv` for `.env`). `stored`: settings of the database. */
export function loadConfig(path: string, environment: Environment, read: ReadSource = readSource, stored: StoredSettings = {}): LoadResult {
  const problems = new ProblemList();
  const found = readWithIncludes(path, read, problems);
  if (found === undefined || problems.errors.length > 0) return failed(problems);
  const config = compile(withStored(found.tree, stored, problems), found.files, environment, problems, settingsInFile(found.tree));
  return problems.errors.length > 0 ? failed(problems) : { kind: 'ok', config: freeze(config), warnings: bounded(problems.warnings) };
}

/** Loads a configuration from text; `name` stands for the file in messages. It may include files. */
export function loadConfigText(text: string, environment: Environment, name = 'configuration', stored: StoredSettings = {}): LoadResult {
  return loadConfig(name, environment, (file) => (file === name ? { kind: 'ok', text } : readSource(file)), stored);
}

function failed(problems: ProblemList): LoadResult {
  return { kind: 'error', problems: bounded(problems.errors), warnings: bounded(problems.warnings) };
}

/** In the order of the files, and not endlessly many. */
function bounded(found: readonly Problem[]): readonly Problem[] {
  const list = [...found].sort((left, right) => left.file.localeCompare(right.file) || left.line - right.line || left.column - right.column);
  const [first] = list;
  if (list.length <= MAX_PROBLEMS || first === undefined) return list;
  const rest: Problem = { ...first, line: 0, column: 0, path: '', message: `and ${list.length - MAX_PROBLEMS} more` };
  return [...list.slice(0, MAX_PROBLEMS), rest];
}

function compile(written: TreeMap, files: readonly string[], exported: Environment, problems: ProblemList, fileSettings: SettingNames): Config {
  const environment = withVariables(written, exported, problems);
  // The section itself is done; its references must not be reported twice.
  const rest: TreeMap = { ...written, entries: new Map([...written.entries].filter(([key]) => key !== 'environment_variables')) };
  const tree = resolveEnvironment(rest, environment, problems);
  const routerSettings = readSettings(routerSettingsFields, find(tree, 'router_settings'), 'router_settings', problems);
  const litellmSettings = readSettings(litellmSettingsFields, find(tree, 'litellm_settings'), 'litellm_settings', problems);
  const generalSettings = readSettings(generalSettingsFields, find(tree, 'general_settings'), 'general_settings', problems);
  const shared = { credentials: readCredentials(find(tree, 'credential_list'), problems), defaults: find(tree, 'router_settings', 'default_litellm_params') };
  const deployments = compileDeployments(find(tree, 'model_list'), find(rest, 'model_list'), shared, problems);
  const otherSections = readOtherSections(tree, problems);
  const routing = compileRouting(routerSettings, litellmSettings);
  if (problems.errors.length === 0) {
    checkReferences(tree, deployments, routing, problems);
    checkRules(tree, problems);
    checkMeaning(tree, { litellmSettings, generalSettings }, problems);
    if (deployments.length === 0) problems.warn(written.position, 'model_list', 'no deployments are listed, so no model is served');
  }
  const environmentValue = (name: string) => (Object.hasOwn(environment, name) ? environment[name] : undefined);
  return { files, deployments, routing, routerSettings, litellmSettings, generalSettings, otherSections, fileSettings, environmentValue };
}

/** The environment with `environment_variables` of the file; those win over exported ones, as in LiteLLM. */
function withVariables(tree: TreeMap, exported: Environment, problems: ProblemList): Environment {
  const section = tree.entries.get('environment_variables')?.value;
  if (section === undefined || isAbsent(section)) return exported;
  if (section.kind !== 'map') {
    problems.error(section.position, 'environment_variables', `expected a map from name to value, found ${describe(section)}`);
    return exported;
  }
  const resolved = resolveEnvironment({ ...section, entries: new Map([['environment_variables', { value: section, position: section.position }]]) }, exported, problems);
  const added: Record<string, string> = {};
  const values = find(resolved, 'environment_variables');
  for (const [name, entry] of values?.kind === 'map' ? values.entries : []) {
    const { value } = entry;
    if (value.kind !== 'scalar') problems.error(value.position, childPath('environment_variables', name), `expected a single value, found ${describe(value)}`);
    else if (value.value !== null) added[name] = value.origin.kind === 'file' && typeof value.value !== 'string' ? value.source : String(value.value);
  }
  return { ...exported, ...added };
}

function readCredentials(list: Tree | undefined, problems: ProblemList): ReadonlyMap<string, Tree | undefined> {
  const credentials = new Map<string, Tree | undefined>();
  if (list === undefined || isAbsent(list)) return credentials;
  if (list.kind !== 'list') {
    problems.error(list.position, 'credential_list', `expected a list of credentials, found ${describe(list)}`);
    return credentials;
  }
  for (const [index, item] of list.items.entries()) {
    const path = `credential_list[${index}]`;
    if (item.kind !== 'map') {
      problems.error(item.position, path, `expected a map with credential_name and credential_values, found ${describe(item)}`);
      continue;
    }
    const { credentialName } = readSettings(credentialFields, item, path, problems);
    if (credentials.has(credentialName)) problems.error(item.position, `${path}.credential_name`, `${JSON.stringify(credentialName)} stands twice in credential_list`);
    credentials.set(credentialName, find(item, 'credential_values'));
  }
  return credentials;
}

/** Sections that have a reader of their own in `compile`. */
const readSections = new Set(['model_list', 'router_settings', 'litellm_settings', 'general_settings', 'environment_variables', 'credential_list', 'include']);

function readOtherSections(tree: Tree, problems: ProblemList): Readonly<Record<string, JsonValue>> {
  const table = Object.fromEntries(Object.entries(topLevelFields).filter(([name]) => !readSections.has(name)));
  const sections: Record<string, JsonValue> = {};
  for (const [name, entry] of tree.kind === 'map' ? tree.entries : []) if (Object.hasOwn(table, name)) sections[name] = toJson(entry.value);
  const others: Tree = tree.kind === 'map' ? { ...tree, entries: new Map([...tree.entries].filter(([name]) => Object.hasOwn(table, name))) } : tree;
  readSettings(table, others, '', problems);
  for (const [name, entry] of unknownEntries(topLevelFields, tree)) {
    problems.warn(entry.position, name, `is not a known section and has no effect${didYouMean(name, Object.keys(topLevelFields))}`);
  }
  return sections;
}
