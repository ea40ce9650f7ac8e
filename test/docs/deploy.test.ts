// The files under deploy/ fit the product: flags, variables and paths that they name exist, metrics of the Grafana dashboard are those of the table.
import { expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { callCounters, callHistograms, deploymentMetrics, processMetrics, refusalMetric } from '../../src/observe/metric-table.ts';
import { drainTimeoutMs } from '../../src/lib/bounds.ts';
import { flags } from '../../src/cli/flags.ts';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { projectRoot } from '../support/gateway.ts';

const read = (name: string): string => readFileSync(join(projectRoot, 'deploy', name), 'utf8');

test('the image is made of folders that exist, and starts the gateway with flags that exist', () => {
  const text = read('Dockerfile');
  for (const [, paths = ''] of text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)) {
    for (const path of paths.split(' ')) expect([path, existsSync(join(projectRoot, path))]).toEqual([path, true]);
  }
  for (const line of read('Dockerfile.dockerignore').split('\n').filter((each) => each.startsWith('!'))) expect([line, existsSync(join(projectRoot, line.slice(1)))]).toEqual([line, true]);
  const [, command = '[]'] = /^CMD (\[.*\])$/m.exec(text) ?? [];
  expect(parseArguments(JSON.parse(command) as string[], {})).toMatchObject({ kind: 'start', notices: [] });
  const variables = new Set(flags.flatMap((flag) => ('environment' in flag ? [flag.environment] : [])));
  const [, variable = ''] = /^ENV (\w+)=/m.exec(text) ?? [];
  expect([...variables]).toContain(variable as never);
});

test('the unit starts the gateway with flags that exist, and lets it finish its answers', () => {
  const unit = read('weir.service');
  const [, line = ''] = /^ExecStart=\S+ (.+)$/m.exec(unit) ?? [];
  expect(parseArguments(line.split(' '), {})).toMatchObject({ kind: 'start', notices: [] });
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(drainTimeoutMs / 1000);
});

test('the services of the compose file belong together, and the gateway may finish its answers', () => {
  const { services, volumes } = parse(read('compose.yaml')) as { services: Record<string, { stop_grace_period?: string; volumes?: string[]; depends_on?: object }>; volumes: object };
  const { weir } = services;
  expect(Number.parseInt(weir?.stop_grace_period ?? '0')).toBeGreaterThan(drainTimeoutMs / 1000);
  for (const name of Object.keys(weir?.depends_on ?? {})) expect(Object.keys(services)).toContain(name);
  const named = Object.values(services).flatMap((service) => service.volumes ?? []).map((volume) => volume.split(':')[0] ?? '').filter((name) => !name.includes('/'));
  expect(named.toSorted()).toEqual(Object.keys(volumes).toSorted());
});

test('every metric of the Grafana dashboard exists, with its labels', () => {
  const dashboard = JSON.parse(read('grafana-dashboard.json')) as { panels: { title: string; targets: { expr: string }[] }[] };
  const histograms = callHistograms.flatMap(({ name }) => [`${name}_bucket`, `${name}_sum`, `${name}_count`]);
  const known = new Set<string>([...callCounters, ...deploymentMetrics, ...processMetrics, refusalMetric].map(({ name }) => name).concat(histograms));
  const unknown = dashboard.panels.flatMap(({ targets }) => targets).flatMap(({ expr }) => [...expr.matchAll(/\b((?:litellm|weir|process)_\w+)\{/g)].map(([, name = '']) => name)).filter((name) => !known.has(name));
  expect(unknown).toEqual([]);
  expect(dashboard.panels.length).toBeGreaterThan(10);
});
