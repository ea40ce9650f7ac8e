import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { flags } from './flags.ts';
import { renderCommandHelp, renderHelp } from './help.ts';
import { parseArguments } from './parse-arguments.ts';
import type { StartOptions } from './parse-arguments.ts';

function options(line: string, environment: Record<string, string> = {}): StartOptions & { readonly notices: readonly string[] } {
  const result = parseArguments(line.split(' ').filter(Boolean), environment);
  if (result.kind !== 'start') throw new Error(JSON.stringify(result));
  return { ...result.options, notices: result.notices };
}

function message(line: string, environment: Record<string, string> = {}): string {
  const result = parseArguments(line.split(' ').filter(Boolean), environment);
  if (result.kind !== 'error') throw new Error(JSON.stringify(result));
  expect(result.exitCode).toBe(2);
  return result.message.split('\n')[0] ?? '';
}

test('the usual start', () => {
  expect(options('')).toMatchObject({ config: undefined, port: 4000, host: '0.0.0.0', debug: false, tls: undefined });
  expect(options('--config a.yaml --port 1')).toMatchObject({ config: 'a.yaml', port: 1, notices: [] });
  expect(options('start -c a.yaml --port=0 --host=::1')).toMatchObject({ config: 'a.yaml', port: 0, host: '::1' });
  expect(options('-ca.yaml --detailed-debug')).toMatchObject({ config: 'a.yaml', detailedDebug: true });
  expect(options('--model openai/a --alias a --api_base http://x --request_timeout 1.5 --drop_params')).toMatchObject({ model: 'openai/a', alias: 'a', apiBase: 'http://x', requestTimeoutMs: 1500, dropParams: true });
  expect(options('--ssl_keyfile_path k --ssl_certfile_path c')).toMatchObject({ tls: { keyFile: 'k', certificateFile: 'c' } });
});

test('the environment stands behind the command line', () => {
  const environment = { PORT: '5000', HOST: '127.0.0.1', DEBUG: 'express:*', DETAILED_DEBUG: 'true', CONFIG_FILE_PATH: 'e.yaml', NUM_WORKERS: 'auto' };
  expect(options('--port 1', environment)).toMatchObject({ port: 1, host: '127.0.0.1', debug: false, detailedDebug: true, config: 'e.yaml' });
  expect(message('', { PORT: 'http' })).toBe('the environment variable PORT: expected a whole number from 0 to 65535, found "http".');
});

test('flags without effect are taken, with a notice', () => {
  const notice = '--num_workers has no effect: one process serves all requests; start more of them behind a load balancer.';
  for (const line of ['--num_workers=4', '--num_workers 4']) expect(options(line).notices).toEqual([notice]);
  expect(options('--num_workers 1').notices).toEqual([]);
  expect(options('--run_gunicorn --granian_threads 2 --local').notices).toHaveLength(3);
});

test('every flag is taken or refused with its reason', () => {
  for (const flag of flags) {
    const result = parseArguments([`--${flag.name}`, ...(flag.kind === 'flag' ? [] : ['5'])], {});
    if (flag.status === 'refused') expect(result).toMatchObject({ kind: 'error', message: expect.stringContaining(flag.reason) });
    else if (result.kind === 'error') expect(result.message).toMatch(/belongs to --model|go together/);
  }
});

test('commands', () => {
  expect(parseArguments(['check', 'a.yaml'], {})).toEqual({ kind: 'check', config: 'a.yaml', notices: [] });
  expect(parseArguments(['--config', 'a.yaml', '--validate_config'], {})).toEqual({ kind: 'check', config: 'a.yaml', notices: [] });
  expect(['--help', '-h', '--version', '-v', '--health', '--test'].map((flag) => parseArguments([flag], {}).kind)).toEqual(['help', 'help', 'version', 'version', 'health', 'test']);
});

test('mistakes come with a hint', () => {
  expect(message('--prot 1')).toBe('There is no flag --prot; did you mean --port?');
  expect(message('health')).toBe('There is no command "health"; did you mean --health?');
  expect(message('--port')).toBe('--port needs a value: a whole number from 0 to 65535.');
  expect(message('--port 70000')).toContain('found "70000"');
  expect(message('--debug=yes')).toBe('--debug takes no value.');
  expect(message('strat')).toBe('There is no command "strat"; did you mean start?');
  expect(message('--alias a')).toBe('--alias belongs to --model, which is missing.');
  expect(message('--ssl_keyfile_path k')).toContain('--ssl_certfile_path is missing');
  expect(options('--max_budget 5')).toMatchObject({ maxBudget: 5 });
});

test('help with one command has its example and its flags only', () => {
  expect(parseArguments(['import', '--help'], {})).toEqual({ kind: 'help', command: 'import' });
  expect(parseArguments(['--help'], {})).toEqual({ kind: 'help', command: null });
  const help = renderCommandHelp('import');
  expect(help).toContain('weir import litellm --from postgresql://');
  expect(help).toContain('--dry_run');
  expect(help).not.toContain('--port');
});

test('the help names every flag', () => {
  const help = renderHelp();
  for (const flag of flags) expect(help).toContain(`--${flag.name}`);
});

test('never throws', () => {
  const word = fc.oneof(fc.string(), fc.constantFrom(...flags.map(({ name }) => `--${name}`), '-c', '--', '-', '--=', 'check', '4'));
  fc.assert(fc.property(fc.array(word, { maxLength: 6 }), (argv) => typeof parseArguments(argv, {}).kind === 'string'), { numRuns: 1000 });
});
