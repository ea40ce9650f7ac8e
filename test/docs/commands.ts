// How each command that the guides show is tested: a table from its beginning to a check. A command without a row fails.
import { expect } from 'bun:test';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { freePort, masterKey, projectRoot } from '../support/gateway.ts';
import { skipLoudly, type Playground } from './playground.ts';

type Check = (command: string, playground: Playground) => Promise<void>;

/** The commands of a block: lines that end in a backslash go on, empty ones are left out. */
export function commandsOf(text: string): string[] {
  return text.replaceAll(/\\\n\s*/g, ' ').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
}

/** The check of a command; null when the table has no row for it. */
export const checkOf = (command: string): Check | null => table.find(([beginning]) => beginning.test(command))?.[1] ?? null;

async function bash(playground: Playground, script: string, code = 0): Promise<string> {
  const result = await playground.run(['bash', '-euo', 'pipefail', '-c', script]);
  if (result.code !== code) throw new Error(`${script}\nended with ${result.code}, not ${code}:\n${result.output}`);
  return result.output;
}

const succeeds: Check = async (command, playground) => {
  await bash(playground, playground.here(command));
};

const answers: Check = async (command, playground) => {
  // Keys that only the reader can have.
  const wanted = command.includes('sk-wrong') ? '401' : command.includes('sk-the-old-one') ? '404' : '200';
  const output = await bash(playground, playground.here(command).replace(/^curl /, "curl -sS --max-time 30 -w '\\nstatus %{http_code}' "));
  expect(output.split('\n').at(-1)).toBe(`status ${wanted}`);
  if (command.includes('/router/explain')) expect(output).toContain('"answer":{');
  else if (command.includes('"model": "deepseek"')) expect(output).toContain(command.includes('"stream": true') ? '[DONE]' : 'demo model');
};

const setsVariable: Check = async (command, playground) => {
  const name = /^export (\w+)=/.exec(command)?.[1] ?? '';
  const value = await bash(playground, `${command}; printf %s "$${name}"`);
  if (name === 'LITELLM_MASTER_KEY' || name === 'ANTHROPIC_AUTH_TOKEN') expect(value).toBe(masterKey);
  else expect(value).not.toBe('');
};

const runsWeir: Check = async (command, playground) => {
  const invocation = parseArguments(command.split(/\s+/).slice(1), {});
  expect(invocation.kind).not.toBe('error');
  // There is no LiteLLM here to import from: test/contract/management/import.test.ts has one.
  if (invocation.kind === 'import') return;
  if (invocation.kind !== 'start') return succeeds(command, playground);
  expect(invocation.notices).toEqual([]);
  const port = await freePort();
  const child = Bun.spawn(playground.here(command.replace(/--port \d+/, `--port ${port}`)).split(/\s+/), {
    cwd: playground.folder, env: { PATH: process.env['PATH'] ?? '', LITELLM_MASTER_KEY: masterKey }, stdin: 'ignore', stdout: 'ignore', stderr: 'ignore',
  });
  try {
    const url = `${invocation.options.tls ? 'https' : 'http'}://127.0.0.1:${port}/health/liveliness`;
    await bash(playground, `curl -sSkf --retry 20 --retry-delay 1 --retry-connrefused ${url}`);
  } finally {
    child.kill();
    await child.exited;
  }
};

// The start scripts install, build and stay; that they work is what the end-to-end tests show. Here: they exist and know the flags.
const knowsFlags: Check = async (command, playground) => {
  const [script = '', ...rest] = command.split(/\s+/);
  if (!existsSync(join(projectRoot, script))) return skipLoudly(`${script} is not there`);
  if (script === './test.sh') return;
  const help = await bash(playground, playground.here(`${script} --help`));
  for (const flag of rest.filter((word) => word.startsWith('--'))) expect(help).toContain(flag);
};

const runsScript: Check = async (command, playground) => {
  const [script = ''] = command.split(/\s+/);
  if (!existsSync(join(projectRoot, script))) return skipLoudly(`${script} is not there`);
  await succeeds(command, playground);
};

const runsClaude: Check = async (command, playground) => {
  const found = [...new Bun.Glob('node_modules/@anthropic-ai/claude-agent-sdk-*/claude').scanSync({ cwd: projectRoot, followSymlinks: true })];
  const binary = found.find((path) => !path.includes('musl'));
  if (binary === undefined) return skipLoudly('Claude Code is not installed (npm ci)');
  expect(await bash(playground, command.replace(/^claude/, join(projectRoot, binary)))).toContain('demo model');
};

const table: readonly (readonly [RegExp, Check])[] = [
  [/^curl /, answers],
  [/^export \w+=/, setsVariable],
  [/^(bin\/)?weir /, runsWeir],
  [/^\.\/(start|start-web|test)\.sh( |$)/, knowsFlags],
  [/^scripts\/test-(api\.ts|e2e\.sh) /, runsScript],
  [/^claude -p /, runsClaude],
  [/^(echo|chmod|openssl) /, succeeds],
];
