#!/usr/bin/env -S sh -c 'root=${0%/*}/..; . "$root/bin/find-bun.sh"; find_bun && exec "$bun" --no-env-file "$0" "$@"'
// Checks a running gateway over HTTP, a line per check, and ends with the first failure. It need not be Weir.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checks } from './api-checks/checks.ts';
import { withDotenv } from '../src/config/dotenv.ts';
import { lists, type Target } from './api-checks/target.ts';

const usage = `Usage: scripts/test-api.ts [flags]

  --base-url URL      the gateway (default LITELLM_PROXY_URL, else http://localhost:4000)
  --key KEY           its key (default LITELLM_MASTER_KEY)
  --model NAME        a model to chat with (default deepseek)
  --full-name NAME    the full name of a model that the gateway is to take too
                      (default openrouter/deepseek/deepseek-chat-v3-0324 where that is listed)
  --timeout SECONDS   the longest time for one call (default 120)
  --help              show this text

Defaults come from the environment, else from .env in the project.`;

const usualFullName = 'openrouter/deepseek/deepseek-chat-v3-0324';

const given = readTarget();
const target = { ...given, fullName: given.fullName ?? ((await lists(given, usualFullName)) ? usualFullName : null) };
console.log(`${target.baseUrl}, model ${target.model}`);
for (const { name, run, skip } of checks) {
  const reason = skip?.(target) ?? null;
  if (reason !== null) {
    console.log(`  skipped  ${name}: ${reason}`);
    continue;
  }
  try {
    console.log(`  ok       ${name}: ${await run(target)}`);
  } catch (error) {
    console.log(`  FAILED   ${name}: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
console.log('All checks passed.');

function readTarget(): Target {
  const environment = withDotenv(join(resolve(import.meta.dir), '..'), process.env);
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({ options: { 'base-url': text, key: text, model: text, 'full-name': text, timeout: text, help: { type: 'boolean', short: 'h' } } });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    const seconds = Number(values.timeout ?? 120);
    if (!(seconds > 0)) throw new Error(`--timeout must be a number of seconds, not "${values.timeout}".`);
    return {
      baseUrl: (values['base-url'] ?? environment['LITELLM_PROXY_URL'] ?? 'http://localhost:4000').replace(/\/+$/, ''),
      key: values.key ?? environment['LITELLM_MASTER_KEY'] ?? '',
      model: values.model ?? 'deepseek',
      fullName: values['full-name'] ?? null,
      timeoutMs: seconds * 1000,
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}
