// `bun bench/uploads.ts [--sizes 1,200,1000] [--together 1,8] [--rounds N] [--tls] [--weir COMMAND]`: what an upload costs the gateway's process: memory
// while it is under way, and CPU time per megabyte. Each size is sent to a gateway that has just started, by a client and to a provider in this process.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { cpuTimeUs, median, residentMb } from './measure.ts';
import { firstAnswer, freePort, start, stop, stopAll } from './process.ts';
import { startProvider, upload } from './uploads-wire.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '0.1,1,16,200,1000' }, together: { type: 'string', default: '1,8' }, rounds: { type: 'string', default: '1' },
    tls: { type: 'boolean', default: false }, weir: { type: 'string' },
  },
});
const numbers = (text: string): number[] => text.split(',').map(Number);
const root = resolve(import.meta.dir, '..');
const key = 'sk-uploads-bench';
// Together, no more than this goes through in one measurement.
const maxTogetherMb = 2_048;

interface Measured {
  beforeMb: number;
  peakMb: number;
  afterMb: number;
  cpuMsPerMb: number;
  mbPerSecond: number;
}

/** Sends `count` uploads of this size at once, again and again until enough went through, to a gateway of its own. */
async function measure(provider: string, sizeMb: number, count: number): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-uploads-'));
  writeFileSync(join(folder, 'config.yaml'), `
model_list: [{model_name: ears, litellm_params: {model: openai/listen, api_key: sk-provider, api_base: ${provider}/v1}}]
general_settings: {max_request_size_mb: 2048}
litellm_settings: {ssl_verify: false}
`);
  const port = freePort();
  const logFile = join(folder, 'output.log');
  const [command = join(root, 'bin/weir'), ...flags] = values.weir?.split(' ') ?? [];
  const child = start({ command: [command, ...flags, '--config', join(folder, 'config.yaml'), '--port', String(port), '--host', '127.0.0.1'], folder, logFile, environment: { LITELLM_MASTER_KEY: key } });
  try {
    await firstAnswer(child, performance.now(), async () => (await fetch(`http://127.0.0.1:${port}/health/liveliness`)).ok, 15_000, logFile);
    const sizeBytes = Math.round(sizeMb * 1024 * 1024);
    const together = (): Promise<unknown> => Promise.all(Array.from({ length: count }, () => upload(port, key, sizeBytes)));
    // What is compiled and allocated once is no part of what an upload takes.
    for (let i = 0; i < 20; i++) await upload(port, key, 1024 * 1024);
    await Bun.sleep(1_500);
    const beforeMb = residentMb(child.pid);
    let peakMb = beforeMb;
    const watch = setInterval(() => (peakMb = Math.max(peakMb, residentMb(child.pid))), 20);
    const cpuUs = cpuTimeUs(child.pid);
    const startedAt = performance.now();
    const times = Math.max(1, Math.round(200 / sizeMb / count));
    for (let i = 0; i < times; i++) await together();
    const seconds = (performance.now() - startedAt) / 1_000;
    const spentUs = cpuTimeUs(child.pid) - cpuUs;
    clearInterval(watch);
    await Bun.sleep(1_000);
    const totalMb = times * count * sizeMb;
    return { beforeMb, peakMb, afterMb: residentMb(child.pid), cpuMsPerMb: spentUs / 1_000 / totalMb, mbPerSecond: totalMb / seconds };
  } finally {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run(): Promise<void> {
  const provider = await startProvider(values.tls);
  console.log('| upload | at once | RSS before | peak | growth | a second after | CPU per MB | MB/s |\n|---|---|---|---|---|---|---|---|');
  for (const sizeMb of numbers(values.sizes)) {
    for (const count of numbers(values.together)) {
      if (sizeMb * count > maxTogetherMb && count > 1) continue;
      const rounds: Measured[] = [];
      for (let i = 0; i < Number(values.rounds); i++) rounds.push(await measure(provider.url, sizeMb, count));
      const of = (pick: (one: Measured) => number): number => median(rounds.map(pick));
      const mb = (pick: (one: Measured) => number): string => `${of(pick).toFixed(0)} MB`;
      console.log(`| ${sizeMb} MB | ${count} | ${mb((one) => one.beforeMb)} | ${mb((one) => one.peakMb)} | ${mb((one) => one.peakMb - one.beforeMb)} | ${mb((one) => one.afterMb)} | ${of((one) => one.cpuMsPerMb).toFixed(2)} ms | ${of((one) => one.mbPerSecond).toFixed(0)} |`);
    }
  }
  provider.stop();
}

process.on('SIGINT', () => void stopAll().then(() => process.exit(130)));
await run();
