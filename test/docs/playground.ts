// Where the documentation's examples run: a folder with a configuration and a `.env`, and a gateway whose model is the demo model.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { masterKey, projectRoot, startGateway, type GatewayProcess } from '../support/gateway.ts';

/** What the examples' gateway serves. */
export const demoConfig = `
model_list:
  - model_name: deepseek
    litellm_params:
      model: demo/weir-demo
litellm_settings:
  cache: true
general_settings:
  store_model_in_db: true
  master_key: os.environ/LITELLM_MASTER_KEY
`;

/** A folder and a gateway for examples. */
export interface Playground {
  folder: string;
  gateway: GatewayProcess;
  /** Writes `.env` anew: examples change it. */
  renewEnvironment(): void;
  /** An example with the addresses of the guides replaced by this gateway's. */
  here(text: string): string;
  /** Runs a program in the folder; its output and exit code. */
  run(command: readonly string[], environment?: Record<string, string>): Promise<{ code: number; output: string }>;
  stop(): Promise<void>;
}

const longestRunMs = 50_000;

/** Makes the folder `.weir/<name>` anew and starts a gateway. Inside the project, so that the examples find the packages of `npm ci`. */
export async function openPlayground(name: string): Promise<Playground> {
  const folder = join(projectRoot, '.weir', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'home'), { recursive: true });
  writeFileSync(join(folder, 'config.yaml'), demoConfig);
  symlinkSync(join(projectRoot, 'client'), join(folder, 'client'));
  const gateway = await startGateway(demoConfig, { arguments: ['--data', join(folder, 'data')] });
  const surroundings: Record<string, string> = {
    PATH: process.env['PATH'] ?? '', HOME: join(folder, 'home'), LITELLM_MASTER_KEY: masterKey, LITELLM_PROXY_URL: gateway.url,
    ANTHROPIC_BASE_URL: gateway.url, ANTHROPIC_AUTH_TOKEN: masterKey, ANTHROPIC_MODEL: 'deepseek', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    OPENROUTER_API_KEY: 'sk-or-none',
  };
  return {
    folder, gateway,
    renewEnvironment: () => writeFileSync(join(folder, '.env'), `LITELLM_MASTER_KEY=${masterKey}\n`),
    here: (text) => text
      .replaceAll('http://localhost:4000', gateway.url).replaceAll('--port 4000', `--port ${gateway.port}`)
      .replace(/^(\.\/|)(?=(bin|scripts)\/|[a-z-]+\.sh)/, projectRoot),
    async run(command, environment = {}) {
      const child = Bun.spawn([...command], { cwd: folder, env: { ...surroundings, ...environment }, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' });
      const timer = setTimeout(() => child.kill('SIGKILL'), longestRunMs);
      const [out, error, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
      clearTimeout(timer);
      return { code, output: out + error };
    },
    async stop() {
      await gateway.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Says loudly that something is skipped; in CI that is a failure. */
export function skipLoudly(reason: string): void {
  const text = `SKIPPED: ${reason}`;
  if (process.env['CI'] === 'true') throw new Error(text);
  console.warn(`\n${'!'.repeat(text.length)}\n${text}\n${'!'.repeat(text.length)}\n`);
}
