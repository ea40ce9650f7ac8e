// What start.sh does once Bun is there: keys, configuration, gateway, chat page, and a clean end.
import { answers, startLocalModel } from './local-model.ts';
import { completeEnvironmentFile, newKey } from './environment-file.ts';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readOptions, type Options } from './options.ts';
import { startChild, type Child } from './children.ts';

const root = resolve(import.meta.dir, '../..');
const children: Child[] = [];
let stopping = false;

const options = readOptions(process.argv.slice(2));
if ('text' in options) {
  console.log(options.text);
  process.exit(options.code);
}
process.on('SIGINT', () => void stopAll());
process.on('SIGTERM', () => void stopAll());
process.exit(await run(options));

async function run(chosen: Options): Promise<number> {
  const reachable = chosen.host === '0.0.0.0' || chosen.host === '::' ? '127.0.0.1' : chosen.host;
  const url = `http://${reachable}:${chosen.port}`;
  const file = completeEnvironmentFile(join(root, '.env'), process.env, { LITELLM_MASTER_KEY: newKey, LITELLM_PROXY_URL: () => url });
  if (file.added.length > 0) console.log(`Wrote ${file.added.join(' and ')} to .env`);
  const environment: Record<string, string> = { ...file.values };
  if (chosen.localModel) {
    const model = await startLocalModel(root, (text) => console.log(text));
    if (!model.ok) {
      console.error(`start.sh: ${model.message}`);
      return 1;
    }
    children.push(model.child);
    environment['LOCAL_MODEL_URL'] = model.url;
  }
  const config = configOf(chosen, environment);
  const gateway = startChild('gateway', [join(root, 'bin/weir'), '--config', config, '--port', String(chosen.port), '--host', chosen.host], environment);
  children.push(gateway);
  if (!(await answers(`${url}/health/liveliness`, gateway))) return endWith(await gateway.exited);
  if (chosen.web) {
    const web = [join(root, 'start-web.sh'), '--port', String(chosen.webPort), '--host', chosen.host];
    children.push(startChild('web service', web, { ...environment, LITELLM_PROXY_URL: url }));
  }
  const key = process.env['LITELLM_MASTER_KEY'] || environment['LITELLM_MASTER_KEY'] || '';
  console.log(banner(chosen, url, reachable, config, key));
  return endWith(await gateway.exited);
}

function configOf(chosen: Options, environment: Readonly<Record<string, string>>): string {
  if (chosen.config !== null) return resolve(process.cwd(), chosen.config);
  if (chosen.localModel) return join(root, 'config/local.yaml');
  const hasKey = Boolean(process.env['OPENROUTER_API_KEY'] || environment['OPENROUTER_API_KEY']);
  return join(root, hasKey ? 'config/litellm_config.yaml' : 'config/demo.yaml');
}

/** The gateway is gone: the others are ended too. Its code is ours. */
async function endWith(code: number): Promise<number> {
  for (const child of children) if (!child.ended()) child.stop();
  await Promise.all(children.map((child) => child.exited));
  return stopping ? 0 : code;
}

async function stopAll(): Promise<void> {
  if (stopping) {
    for (const child of children) child.kill();
    process.exit(130);
  }
  stopping = true;
  console.log('\nStopping: running answers are finished first (press Ctrl-C again to stop at once).');
  // The page's answers come through the gateway, so both drain at the same time.
  for (const child of children) if (child.name !== 'local model') child.stop();
}

function banner(chosen: Options, url: string, reachable: string, config: string, key: string): string {
  const shown = existsSync(config) ? config.replace(`${root}/`, '') : config;
  return `
Weir is running.

  gateway    ${url}   (${shown})${chosen.web ? `\n  chat page  http://${reachable}:${chosen.webPort}   (a moment after the first start)` : ''}

Try it:

  curl ${url}/v1/chat/completions -H "Authorization: Bearer ${key}" -d '{"model": "deepseek", "messages": [{"role": "user", "content": "Hello"}]}'

Claude Code and the Claude Agent SDK:

  export ANTHROPIC_BASE_URL=${url}
  export ANTHROPIC_AUTH_TOKEN=${key}
  export ANTHROPIC_MODEL=deepseek
`;
}
