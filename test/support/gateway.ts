// Starts gateways for tests: the real program in a process of its own, or the same function inside the test, with or without a socket.
import { createGateway, type Background, type Gateway } from '../../src/gateway.ts';
import { createServer } from 'node:net';
import { loadConfigText } from '../../src/config/load.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { serve, type Listening } from '../../src/cli/serve.ts';
import { tmpdir } from 'node:os';
import type { ExchangeRecord } from '../../src/observe/exchange-record.ts';
import type { Logger } from '../../src/observe/logger.ts';
import type { GatewayOptions } from '../../src/gateway.ts';

/** The master key of test gateways. */
export const masterKey = 'sk-weir-test-0123456789abcdef';

/** The folder of the project. */
export const projectRoot = new URL('../../', import.meta.url).pathname;

/** A port on loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || address === null) throw new Error('No port.');
  return address.port;
}

/** A gateway in a process of its own. */
export interface GatewayProcess {
  url: string;
  port: number;
  key: string;
  pid: number;
  /** Everything that it wrote to standard output and standard error so far. */
  output(): string;
  /** Resident memory in bytes. */
  residentBytes(): Promise<number>;
  exited: Promise<number>;
  signal(name: NodeJS.Signals): void;
  stop(): Promise<void>;
}

/** How a gateway process is started. */
export interface ProcessOptions {
  environment?: Record<string, string>;
  arguments?: readonly string[];
  /** The port, when it must be the same as before. */
  port?: number;
  /** No file of the process may become larger: a disk that is full for it. */
  maxFileBytes?: number;
}

/** Starts `bin/weir` with a configuration and waits until it says that it is alive. */
export async function startGateway(config: string, options: ProcessOptions = {}): Promise<GatewayProcess> {
  const folder = mkdtempSync(`${tmpdir()}/weir-test-`);
  writeFileSync(`${folder}/config.yaml`, config);
  const port = options.port ?? await freePort();
  const limited = options.maxFileBytes === undefined ? [] : ['/bin/sh', '-c', `trap '' XFSZ; ulimit -f ${options.maxFileBytes / 512}; exec "$@"`, 'sh'];
  const child = Bun.spawn([...limited, `${projectRoot}bin/weir`, '--config', `${folder}/config.yaml`, '--port', String(port), '--host', '127.0.0.1', ...(options.arguments ?? [])], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, LITELLM_MASTER_KEY: masterKey, ...options.environment },
    stdin: 'ignore', stdout: 'pipe', stderr: 'pipe',
  });
  let output = '';
  const collect = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    for await (const chunk of stream) output += Buffer.from(chunk).toString('utf8');
  };
  void collect(child.stdout);
  void collect(child.stderr);
  const exited = child.exited.then((code) => {
    rmSync(folder, { recursive: true, force: true });
    return code;
  });
  const url = `http://127.0.0.1:${port}`;
  await waitForLiveness(url, child, () => output);
  return {
    url, port, key: masterKey, pid: child.pid, exited,
    output: () => output,
    residentBytes: async () => Number(/VmRSS:\s+(\d+)/.exec(await Bun.file(`/proc/${child.pid}/status`).text())?.[1] ?? 0) * 1024,
    signal: (name) => child.kill(name),
    async stop() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}

async function waitForLiveness(url: string, child: { exitCode: number | null; kill(): void }, output: () => string): Promise<void> {
  for (const deadline = Date.now() + 15_000; Date.now() < deadline;) {
    if (child.exitCode !== null) throw new Error(`The gateway ended with ${child.exitCode}:\n${output()}`);
    const alive = await fetch(`${url}/health/liveliness`).then((response) => response.ok, () => false);
    if (alive) return;
    await Bun.sleep(20);
  }
  child.kill();
  throw new Error(`The gateway did not come up:\n${output()}`);
}

/** A gateway inside the test. */
export interface LocalGateway {
  gateway: Gateway;
  background: Background;
  /** Finished model calls. */
  records: ExchangeRecord[];
  /** Error lines of the log. */
  errors: { message: string; details: Record<string, unknown> }[];
  /** A request through the front door, without a socket. The master key goes along unless the headers name another. */
  fetch(path: string, init?: RequestInit & { address?: string }): Promise<Response>;
  /** A POST of JSON. */
  post(path: string, body: unknown, headers?: Record<string, string>, signal?: AbortSignal): Promise<Response>;
  /** Puts it on a loopback socket. */
  listen(): Listening & { port: number };
}

/** What a gateway inside the test may be given. */
export interface LocalOptions {
  environment?: Record<string, string>;
  fetch?: NonNullable<GatewayOptions['fetch']>;
  keepAliveMs?: number;
  masterKey?: string | null;
  store?: GatewayOptions['store'];
  ledger?: GatewayOptions['ledger'];
  uploads?: GatewayOptions['uploads'];
}

/** Makes a gateway from a configuration's text. Throws with the mistakes when it does not load. */
export function localGateway(config: string, options: LocalOptions = {}): LocalGateway {
  const loaded = loadConfigText(config, options.environment ?? {});
  if (loaded.kind === 'error') throw new Error(JSON.stringify(loaded.problems));
  const records: ExchangeRecord[] = [];
  const errors: LocalGateway['errors'] = [];
  const logger: Logger = {
    exchange: (record) => void records.push(record),
    info() {}, warn() {}, flush() {},
    error: (message, details = {}) => void errors.push({ message, details }),
  };
  const made = createGateway({
    config: loaded.config, logger, masterKey: options.masterKey === undefined ? masterKey : options.masterKey,
    ...(options.store && { store: options.store }), ...(options.ledger && { ledger: options.ledger }), ...(options.uploads && { uploads: options.uploads }),
    ...(options.fetch && { fetch: options.fetch }), ...(options.keepAliveMs !== undefined && { keepAliveMs: options.keepAliveMs }),
  });
  if (made.kind === 'error') throw new Error(JSON.stringify(made.problems));
  const { gateway, background } = made;
  const local: LocalGateway = {
    gateway, background, records, errors,
    fetch(path, { address = '127.0.0.1', ...init } = {}) {
      const headers = new Headers(init.headers);
      if (!keyHeaders.some((name) => headers.has(name))) headers.set('authorization', `Bearer ${masterKey}`);
      if (headers.get('authorization') === 'none') headers.delete('authorization');
      return gateway.handle(new Request(`http://weir.test${path}`, { ...init, headers }), address);
    },
    post: (path, body, headers = {}, signal) => local.fetch(path, {
      method: 'POST', headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' || body instanceof Uint8Array ? body as BodyInit : JSON.stringify(body),
      ...(signal && { signal }),
    }),
    listen() {
      const listening = serve(gateway, { port: 0, host: '127.0.0.1', tls: undefined, keepaliveTimeoutSeconds: undefined });
      return { ...listening, port: Number(new URL(listening.url).port) };
    },
  };
  return local;
}

const keyHeaders = ['authorization', 'x-api-key', 'api-key', 'x-litellm-api-key', 'x-goog-api-key', 'ocp-apim-subscription-key'];
