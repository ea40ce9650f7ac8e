// `npm run bench`: the same load on Weir and its rivals, in turn, and a report. See README.md.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Gateway, type GatewayName, gateways, type RunningGateway, type Site, startGateway } from './gateways.ts';
import { help, type Options, readOptions, WrongFlag } from './options.ts';
import { firstAnswer, freePort, start, stopAll } from './process.ts';
import { report } from './report.ts';
import { Collected, machineName, readResults, type Results, saveResults } from './results.ts';
import { NotSupported, type Scenario, scenarios, warmUp } from './scenarios.ts';
import { wrkMissing } from './wrk.ts';

const root = resolve(import.meta.dir, '..');
const resultsFile = join(import.meta.dir, 'results.json');

/** Everything that one run carries along. */
interface Run {
  readonly options: Options;
  readonly site: Site;
  readonly collected: Collected;
  readonly skipped: string[];
  readonly broken: { gateway: GatewayName; text: string }[];
}

function say(text: string): void {
  console.error(text);
}

/** A folder for this run. Those that failed or interrupted runs left are removed. */
function runFolder(cache: string): string {
  mkdirSync(cache, { recursive: true });
  for (const name of readdirSync(cache)) {
    const pid = /^run-(\d+)$/.exec(name)?.[1];
    if (pid && !existsSync(`/proc/${pid}`)) rmSync(join(cache, name), { recursive: true, force: true });
  }
  const folder = join(cache, `run-${process.pid}`);
  mkdirSync(folder);
  return folder;
}

async function startMock(folder: string): Promise<{ mockPort: number; mockPid: number }> {
  const mockPort = freePort();
  const logFile = join(folder, 'mock.log');
  const startedAt = performance.now();
  const child = start({ command: [process.execPath, join(import.meta.dir, 'mock.ts'), String(mockPort)], logFile });
  const ready = async () => (await fetch(`http://127.0.0.1:${mockPort}/control/held`)).ok;
  await firstAnswer(child, startedAt, ready, 10_000, logFile);
  return { mockPort, mockPid: child.pid };
}

/** Runs one scenario once; a failure is noted and the rest goes on. */
async function measure(run: Run, scenario: Scenario, gateway: RunningGateway): Promise<void> {
  const { label } = gateways[gateway.name];
  try {
    const measures = await scenario.run({ site: run.site, gateway, seconds: run.options.seconds });
    run.collected.add(scenario.name, gateway.name, measures);
    const numbers = Object.entries(measures).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`).join('  ');
    say(`${scenario.name.padEnd(24)} ${label.padEnd(10)} ${numbers}`);
  } catch (error) {
    const text = `${scenario.name}: ${label}: ${error instanceof Error ? error.message : error}`;
    if (error instanceof NotSupported) run.skipped.push(text);
    else run.broken.push({ gateway: gateway.name, text });
    say(`${error instanceof NotSupported ? 'SKIPPED' : 'BROKEN'}  ${text}`);
  }
}

/** Starts a gateway; a failure is noted. */
async function started(run: Run, gateway: Gateway): Promise<RunningGateway | undefined> {
  try {
    return await startGateway(gateway, run.site);
  } catch (error) {
    run.broken.push({ gateway: gateway.name, text: error instanceof Error ? error.message : String(error) });
    say(`BROKEN  ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** Scenarios that want a fresh process: each gets one, in turn. LiteLLM, which takes long to start, is started once for each. */
async function runFresh(run: Run, chosen: readonly Scenario[], names: readonly GatewayName[]): Promise<void> {
  for (const scenario of chosen) {
    for (let round = 1; round <= run.options.rounds; round++) {
      for (const name of names) {
        if (!scenario.takesPart.includes(name) || (name === 'litellm' && round > 1)) continue;
        const gateway = await started(run, gateways[name]);
        if (!gateway) continue;
        await measure(run, scenario, gateway);
        await gateway.stop();
      }
    }
  }
}

/** Loads, with all gateways up: scenario after scenario, and in each A B C A B C …, so that a slow minute of the machine hits all alike. */
async function runKept(run: Run, chosen: readonly Scenario[], names: readonly GatewayName[]): Promise<void> {
  if (chosen.length === 0) return;
  const running: RunningGateway[] = [];
  for (const name of names) {
    const gateway = await started(run, gateways[name]);
    if (!gateway) continue;
    running.push(gateway);
    // What breaks here breaks again, and is noted, when it is measured.
    await warmUp({ site: run.site, gateway, seconds: 3 }).catch(() => undefined);
  }
  const compiling = running.find(({ name }) => name === 'weir');
  for (const scenario of chosen) {
    // Code that no load before has run is compiled while it runs for the first time; of the rivals none does that.
    if (compiling) await scenario.run({ site: run.site, gateway: compiling, seconds: 3 }).catch(() => undefined);
    for (let round = 1; round <= run.options.rounds; round++) {
      for (const gateway of running) {
        if (scenario.takesPart.includes(gateway.name)) await measure(run, scenario, gateway);
      }
    }
  }
  for (const gateway of running) await gateway.stop();
}

/** Whose numbers can be had here; those that cannot are named loudly. */
async function available(run: Run): Promise<GatewayName[]> {
  const names: GatewayName[] = [];
  for (const name of ['weir', ...run.options.rivals, 'direct'] as const) {
    const reason = await gateways[name].missing(run.site);
    if (!reason) names.push(name);
    else {
      run.skipped.push(`${gateways[name].label}: ${reason}`);
      say(`SKIPPED  ${gateways[name].label}: ${reason}`);
    }
  }
  return names;
}

async function versions(site: Site, names: readonly GatewayName[]): Promise<Results['versions']> {
  const known = names.filter((name) => name !== 'direct');
  return { bun: Bun.version, ...Object.fromEntries(await Promise.all(known.map(async (name) => [name, await gateways[name].version(site)]))) };
}

async function main(options: Options): Promise<number> {
  const unable = process.platform === 'linux' ? wrkMissing() : 'CPU time and memory are read from /proc: the benchmark needs Linux';
  if (unable) {
    say(unable);
    return 1;
  }
  const cache = resolve(options.cache ?? join(import.meta.dir, '.cache'));
  const folder = runFolder(cache);
  const site: Site = {
    root, folder, cache, ...(await startMock(folder)),
    masterKey: `sk-bench-${crypto.randomUUID()}`,
    weirCommand: options.weirCommand,
  };
  const run: Run = { options, site, collected: new Collected(), skipped: [], broken: [] };
  const names = await available(run);
  const chosen = scenarios.filter(({ group }) => options.only.length === 0 || options.only.includes(group));
  await runFresh(run, chosen.filter((scenario) => scenario.process === 'fresh'), names);
  await runKept(run, chosen.filter((scenario) => scenario.process === 'kept'), names);

  const results: Results = {
    date: new Date().toISOString(), machine: machineName(), rounds: options.rounds,
    versions: await versions(site, names), values: run.collected.medians(),
  };
  const broken = run.broken.map(({ text }) => text);
  console.log(`\n${report(results, readResults(resultsFile), { skipped: [...new Set(run.skipped)], broken: [...new Set(broken)] })}`);
  const weirBroke = run.broken.some(({ gateway }) => gateway === 'weir');
  if (options.save && !weirBroke) saveResults(resultsFile, results);
  if (broken.length === 0) rmSync(folder, { recursive: true, force: true });
  else say(`\nConfigurations and logs of this run: ${folder}`);
  return weirBroke ? 1 : 0;
}

process.on('SIGINT', () => void stopAll().then(() => process.exit(130)));
process.on('SIGTERM', () => void stopAll().then(() => process.exit(143)));

try {
  const options = readOptions(process.argv.slice(2));
  if (options) process.exitCode = await main(options);
  else console.log(help);
} catch (error) {
  say(error instanceof WrongFlag ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
  process.exitCode = error instanceof WrongFlag ? 2 : 1;
} finally {
  await stopAll();
}
process.exit();
