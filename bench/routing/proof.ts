// Measures on the real program what cannot be simulated: changes of the file under load, liveness at full load, the cost of a cache hit.
// usage: bun bench/routing/proof.ts [reload] [liveness] [cache-hit]
import { cpuTimeUs, percentile } from '../measure.ts';
import { firstAnswer, freePort, start, stop, stopAll } from '../process.ts';
import { httpAnswer } from '../answers.ts';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { wrk, type WrkResult } from '../wrk.ts';
import type { Subprocess } from 'bun';

const root = new URL('../../', import.meta.url).pathname;
const folder = mkdtempSync(`${tmpdir()}/weir-proof-`);
const masterKey = 'sk-proof-0123456789abcdef';
const authorization = `Bearer ${masterKey}`;
const seconds = 5;

/** A provider that answers every chat with so many bytes of text. */
function provider(textBytes: number): { port: number; stop(): void } {
  const body = JSON.stringify({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: 'a'.repeat(textBytes) }, finish_reason: 'stop' }], usage: { prompt_tokens: 10, completion_tokens: 10, total_tokens: 20 } });
  const bytes = httpAnswer('200 OK', body);
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data: (socket, data) => void (data.includes('POST ') && socket.write(bytes)) } });
  return { port: server.port, stop: () => server.stop(true) };
}

const configOf = (port: number, more: object, note: number): string => JSON.stringify({
  model_list: ['a', 'b'].map((name) => ({ model_name: 'm', litellm_params: { model: `openai/${name}`, api_key: 'k', api_base: `http://127.0.0.1:${port}/v1` }, model_info: { id: name, note } })), ...more,
});

async function gateway(config: string): Promise<{ child: Subprocess; port: number; file: string }> {
  const [port, file, log] = [freePort(), `${folder}/config.yaml`, `${folder}/weir.log`];
  writeFileSync(file, config);
  const child = start({ command: [`${root}bin/weir`, '--config', file, '--port', String(port), '--host', '127.0.0.1'], folder, logFile: log, environment: { LITELLM_MASTER_KEY: masterKey } });
  await firstAnswer(child, performance.now(), async () => (await fetch(`http://127.0.0.1:${port}/health/liveliness`)).ok, 20_000, log);
  return { child, port, file };
}

const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }] });
const load = (port: number, connections: number, forSeconds: number): Promise<WrkResult> =>
  wrk({ url: `http://127.0.0.1:${port}/v1/chat/completions`, body, authorization, connections, seconds: forSeconds, folder });

async function reload(): Promise<void> {
  const upstream = provider(200);
  const { child, port, file } = await gateway(configOf(upstream.port, {}, 0));
  const changes = 100;
  const running = load(port, 16, Math.ceil(changes * 1.2) + 2);
  let applied = 0;
  for (let change = 1; change <= changes; change++) {
    // As editors and mounts do it: a new file in the place of the old one. Every tenth is broken, and must be refused.
    writeFileSync(`${file}.new`, change % 10 === 0 ? '{"model_list": [' : configOf(upstream.port, {}, change));
    renameSync(`${file}.new`, file);
    await Bun.sleep(1_200);
    const info = (await (await fetch(`http://127.0.0.1:${port}/model/info`, { headers: { authorization } })).json()) as { data: { model_info: { note: number } }[] };
    if (info.data[0]?.model_info.note === change) applied++;
  }
  const { requests, failed, broken } = await running;
  console.log(`reload: ${changes} changes of the file, ${applied} of ${changes * 0.9} right ones in force within 1.2 s, the others refused; ${requests} requests meanwhile, ${failed} failed, ${broken} broken connections`);
  await stop(child);
  upstream.stop();
}

async function liveness(): Promise<void> {
  const upstream = provider(200);
  const { child, port } = await gateway(configOf(upstream.port, {}, 0));
  const running = load(port, 64, seconds + 1);
  await Bun.sleep(500);
  const times: number[] = [];
  for (const endMs = performance.now() + seconds * 1000; performance.now() < endMs;) {
    const startedMs = performance.now();
    await (await fetch(`http://127.0.0.1:${port}/health/liveliness`)).text();
    times.push(performance.now() - startedMs);
    await Bun.sleep(20);
  }
  const { requests, durationUs } = await running;
  console.log(`liveness: under ${Math.round(requests / (durationUs / 1e6))} requests/s (full load, 64 connections): p50 ${percentile(times, 50).toFixed(1)} ms, p99 ${percentile(times, 99).toFixed(1)} ms over ${times.length} calls`);
  await stop(child);
  upstream.stop();
}

async function cacheHit(textBytes: number): Promise<void> {
  const upstream = provider(textBytes);
  const { child, port } = await gateway(configOf(upstream.port, { litellm_settings: { cache: true } }, 0));
  const answer = await (await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body })).text();
  writeFileSync(`${folder}/answer.json`, answer);
  await load(port, 32, 2);
  const weirUs = await cpuPerRequest(child, () => load(port, 32, seconds));
  await stop(child);
  upstream.stop();
  const nginxPort = freePort();
  writeFileSync(`${folder}/nginx.conf`, `${process.getuid?.() === 0 ? "user root; " : ""}daemon off; worker_processes 1; pid ${folder}/nginx.pid; events { worker_connections 4096; }
http { access_log ${folder}/access.log; sendfile on; open_file_cache max=10; keepalive_requests 100000000; client_body_temp_path ${folder}/t1; proxy_temp_path ${folder}/t2; fastcgi_temp_path ${folder}/t3; uwsgi_temp_path ${folder}/t4; scgi_temp_path ${folder}/t5;
types { application/json json; } server { listen 127.0.0.1:${nginxPort}; root ${folder}; error_page 405 =200 $uri; } }\n`);
  const nginx = start({ command: ['nginx', '-e', `${folder}/error.log`, '-c', `${folder}/nginx.conf`], logFile: `${folder}/nginx.log` });
  const url = `http://127.0.0.1:${nginxPort}/answer.json`;
  await firstAnswer(nginx, performance.now(), async () => (await fetch(url)).ok, 5_000, `${folder}/nginx.log`);
  const nginxUs = await cpuPerRequest(nginx, () => wrk({ url, body, authorization, connections: 32, seconds, folder }));
  await stop(nginx);
  console.log(`cache hit, ${answer.length} bytes: Weir ${weirUs.toFixed(1)} µs of CPU, nginx with the file in memory ${nginxUs.toFixed(1)} µs: ${(weirUs / nginxUs).toFixed(2)} times`);
}

async function cpuPerRequest(child: Subprocess, run: () => Promise<WrkResult>): Promise<number> {
  const before = cpuTimeUs(child.pid);
  const { requests, failed } = await run();
  if (failed > 0) throw new Error(`${failed} of ${requests} requests failed`);
  return (cpuTimeUs(child.pid) - before) / requests;
}

const proofs: Readonly<Record<string, () => Promise<void>>> = {
  reload, liveness,
  'cache-hit': async () => {
    for (const textBytes of [1_000, 16_000, 100_000]) await cacheHit(textBytes);
  },
};
const wanted = process.argv.slice(2);
try {
  for (const [name, prove] of Object.entries(proofs)) if (wanted.length === 0 || wanted.includes(name)) await prove();
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
