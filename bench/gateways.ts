// The gateways that are measured. Each gets the same routes to the same mock provider, and is started on a free loopback port.
import type { Subprocess } from 'bun';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { answerMark } from './answers.ts';
import { installLitellm, litellmMissing, litellmVersion } from './litellm.ts';
import { nginxConfig } from './nginx.ts';
import { firstAnswer, freePort, start, stop } from './process.ts';
import { prompt } from './prompts.ts';
import { type Dialect, endpoint, providerModel, type Route, routes } from './routes.ts';

/** `direct` is no gateway: the same load on the mock alone, to see what the load itself costs. */
export type GatewayName = 'weir' | 'nginx' | 'litellm' | 'direct';

/** What all gateways of a run share. */
export interface Site {
  /** The folder of the project. */
  readonly root: string;
  /** Configurations and logs of this run. */
  readonly folder: string;
  /** Virtual environments; kept between runs. */
  readonly cache: string;
  readonly mockPort: number;
  readonly mockPid: number;
  readonly masterKey: string;
  /** What starts Weir, if not this project's `bin/weir`; `--config FILE --port N` is added. */
  readonly weirCommand: readonly string[] | undefined;
}

/** A gateway that answers. */
export interface RunningGateway {
  readonly name: GatewayName;
  readonly pid: number;
  readonly port: number;
  /** From the start of the process to its first correct answer. */
  readonly firstAnswerMs: number;
  /** Where a client asks for a route in a dialect. */
  target(route: Route, dialect?: Dialect): { readonly path: string; readonly model: string };
  stop(): Promise<void>;
}

/** How one gateway is had and started. */
export interface Gateway {
  readonly name: GatewayName;
  readonly label: string;
  /** Translates between dialects, has a start and memory of its own. nginx and `direct` only pass bytes. */
  readonly translates: boolean;
  /** Why it cannot be measured here and how to change that; undefined when it can. */
  missing(site: Site): Promise<string | undefined>;
  version(site: Site): Promise<string>;
  /** Writes its configuration and says what to start. */
  plan(site: Site, port: number, folder: string): { readonly command: readonly string[]; readonly environment?: Record<string, string> };
  readonly startTimeoutMs: number;
}

/** Weir and LiteLLM read the same file: that is the point of a drop-in. */
function gatewayConfig(site: Site, folder: string): string {
  const origin = `http://127.0.0.1:${site.mockPort}`;
  const deployments = Object.values(routes).map(({ name, dialect, provider, mockPath }) => ({
    model_name: name,
    litellm_params: {
      model: `${provider}/${providerModel}`,
      api_base: origin + mockPath + (dialect === 'chat' ? '/v1' : ''),
      api_key: 'sk-mock',
    },
  }));
  const file = join(folder, 'config.yaml');
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ model_list: deployments, general_settings: { master_key: site.masterKey } }, null, 2));
  return file;
}

async function output(...command: string[]): Promise<string> {
  const child = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe' });
  const [out, error] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return `${out}${error}`.trim();
}

/** Every gateway, by name. */
export const gateways: Record<GatewayName, Gateway> = {
  weir: {
    name: 'weir',
    label: 'Weir',
    translates: true,
    missing: async () => undefined,
    version: async (site) => site.weirCommand?.join(' ') ?? output('git', '-C', site.root, 'describe', '--always', '--dirty'),
    plan: (site, port, folder) => ({
      command: [...(site.weirCommand ?? [join(site.root, 'bin', 'weir')]), '--config', gatewayConfig(site, folder), '--port', String(port)],
    }),
    startTimeoutMs: 20_000,
  },
  nginx: {
    name: 'nginx',
    label: 'nginx',
    translates: false,
    missing: async () => (Bun.which('nginx') ? undefined : 'nginx is not installed (Debian: apt-get install nginx-light)'),
    version: async () => (await output('nginx', '-v')).replace(/^.*nginx\//, ''),
    plan: (site, port, folder) => {
      const file = join(folder, 'nginx.conf');
      writeFileSync(file, nginxConfig(folder, port, site.mockPort));
      return { command: ['nginx', '-p', folder, '-c', file, '-e', join(folder, 'error.log')] };
    },
    startTimeoutMs: 10_000,
  },
  litellm: {
    name: 'litellm',
    label: 'LiteLLM',
    translates: true,
    missing: async (site) => (await litellmMissing(site.cache)) ?? installLitellm(site.cache),
    version: async () => litellmVersion,
    plan: (site, port, folder) => ({
      command: [
        join(site.cache, `litellm-${litellmVersion}`, 'bin', 'litellm'),
        '--config', gatewayConfig(site, folder), '--host', '127.0.0.1', '--port', String(port), '--num_workers', '1',
      ],
      // Without it LiteLLM waits for a price list from the internet before it starts.
      environment: { LITELLM_LOCAL_MODEL_COST_MAP: 'True' },
    }),
    startTimeoutMs: 180_000,
  },
  direct: {
    name: 'direct',
    label: 'no gateway',
    translates: false,
    missing: async () => undefined,
    version: async () => '',
    plan: () => ({ command: [] }),
    startTimeoutMs: 0,
  },
};

/** Headers of every request; those who check no key ignore it. */
export function headers(site: Site): Record<string, string> {
  return { 'Content-Type': 'application/json', Authorization: `Bearer ${site.masterKey}` };
}

/** Whether a plain request to this address is answered as the mock provider would. */
async function answersRight(site: Site, port: number, path: string, model: string): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST', headers: headers(site), body: prompt({ model, dialect: 'chat' }), signal: AbortSignal.timeout(60_000),
  });
  return (await response.text()).includes(answerMark) && response.status === 200;
}

let starts = 0;

/** Starts a gateway and waits for its first correct answer. */
export async function startGateway(gateway: Gateway, site: Site): Promise<RunningGateway> {
  const { name, translates } = gateway;
  const target: RunningGateway['target'] = (route, dialect = 'chat') =>
    translates
      ? { path: endpoint[dialect], model: route.name }
      : { path: route.mockPath + endpoint[dialect], model: providerModel };
  if (name === 'direct') {
    return { name, pid: site.mockPid, port: site.mockPort, firstAnswerMs: 0, target, stop: async () => undefined };
  }
  const folder = join(site.folder, `${++starts}-${name}`);
  mkdirSync(folder, { recursive: true });
  const port = freePort();
  const logFile = join(folder, 'output.log');
  const { command, environment } = gateway.plan(site, port, folder);
  const { path, model } = target(routes.plain);
  const startedAt = performance.now();
  const child: Subprocess = start({ command, folder, logFile, ...(environment ? { environment } : {}) });
  try {
    const ready = () => answersRight(site, port, path, model);
    const firstAnswerMs = await firstAnswer(child, startedAt, ready, gateway.startTimeoutMs, logFile);
    return { name, pid: child.pid, port, firstAnswerMs, target, stop: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw new Error(`${gateway.label} did not start. ${error instanceof Error ? error.message : error}`, { cause: error });
  }
}
