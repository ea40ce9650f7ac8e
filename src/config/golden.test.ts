// Golden pairs: each file in golden/ holds a configuration, a line of dashes, and what it comes to. `UPDATE_GOLDEN=1` writes the latter anew.
import { expect, test } from 'bun:test';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, Deployment } from './config.ts';
import { loadConfig } from './load.ts';
import { renderProblem } from './problem.ts';

const folder = join(import.meta.dir, 'golden');
const SEPARATOR = '\n----------\n';

for (const name of readdirSync(folder).filter((file) => file.endsWith('.golden'))) {
  test(`golden: ${name}`, () => {
    const path = join(folder, name);
    const [input = '', wanted = ''] = readFileSync(path, 'utf8').split(SEPARATOR);
    const plan = planOf(input);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, `${input}${SEPARATOR}${plan}\n`);
    else expect(`${plan}\n`).toBe(wanted);
  });
}

/** Comment lines `# NAME=value` at the top are the environment. */
function planOf(input: string): string {
  const environment = Object.fromEntries([...input.matchAll(/^# ([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  const result = loadConfig('config.yaml', environment, () => ({ kind: 'ok', text: input }));
  const problems = [...(result.kind === 'error' ? result.problems : []), ...result.warnings].map(renderProblem);
  const plan = result.kind === 'ok' ? summary(result.config) : undefined;
  return JSON.stringify({ result: result.kind, problems, ...plan }, show, 2);
}

/** What differs from an empty configuration. */
function summary(config: Config): object {
  const empty = loadConfig('empty', {}, () => ({ kind: 'ok', text: 'model_list: []' }));
  const base = empty.kind === 'ok' ? empty.config : config;
  return {
    deployments: config.deployments.map(deployment),
    routing: difference(config.routing, base.routing),
    litellmSettings: difference(config.litellmSettings, base.litellmSettings),
    generalSettings: difference(config.generalSettings, base.generalSettings),
    otherSections: config.otherSections,
  };
}

function deployment(value: Deployment): unknown {
  const { params, ...rest } = value;
  const given = Object.entries(params).filter(([, setting]) => setting !== undefined && !isNone(setting));
  return { ...rest, params: Object.fromEntries(given) };
}

function isNone(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'none';
}

function difference(value: object, base: object): unknown {
  const before = new Map(Object.entries(base).map(([key, setting]) => [key, JSON.stringify(setting, show)]));
  return Object.fromEntries(Object.entries(value).filter(([key, setting]) => JSON.stringify(setting, show) !== before.get(key)));
}

function show(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
