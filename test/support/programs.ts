// The command-line programs of the vendors, without a screen: how each one is led to a gateway, told what to do, and heard.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './gateway.ts';
import { tmpdir } from 'node:os';
import type { ScriptedCall } from './model/turn.ts';

/** Where a program finds its model. */
export interface Place {
  url: string;
  key: string;
  model: string;
  /** Its home: settings and caches, empty at the start. */
  home: string;
  /** A file with a JSON schema for the answer. */
  schemaFile?: string;
}

/** A program. */
export interface Program {
  name: string;
  /** Its own tool that writes a file, and the one that reads it. */
  writes(path: string, content: string): ScriptedCall;
  reads(path: string): ScriptedCall;
  /** Command and environment for one question; `goesOn`: in the conversation that was held last from this home. */
  start(place: Place, prompt: string, goesOn: boolean): { command: string[]; environment: Record<string, string> };
  /** The answer in what it printed. */
  answer(output: string): string;
  /** How its output tells a JSON answer that was asked for by a schema; programs without that feature have none. */
  /** How it is told to stop; Ctrl-C where nothing else is said. */
  stops?: NodeJS.Signals;
  structured?: { answer(output: string): unknown; tool?: string };
}

const packages = join(projectRoot, 'node_modules');
const jsonLines = (output: string): Record<string, unknown>[] => output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as Record<string, unknown>] : []));
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
const put = (path: string, content: string): void => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
};

const claudeResult = (output: string): Record<string, unknown> => jsonLines(output).find((line) => line['type'] === 'result') ?? {};

const claudeCode: Program = {
  name: 'claude-code',
  writes: (path, content) => ({ name: 'Write', arguments: { file_path: path, content } }),
  reads: (path) => ({ name: 'Read', arguments: { file_path: path } }),
  start: ({ url, key, model, home, schemaFile }, prompt, goesOn) => ({
    command: [
      'node', join(packages, '@anthropic-ai/claude-code/cli-wrapper.cjs'), '-p', prompt, '--model', model, '--output-format', 'stream-json', '--verbose', '--allowedTools', 'Write', 'Read', '--permission-mode', 'acceptEdits', ...(goesOn ? ['--continue'] : []),
      ...(schemaFile === undefined ? [] : ['--json-schema', readFileSync(schemaFile, 'utf8')]),
    ],
    environment: {
      HOME: home, ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: key, ANTHROPIC_SMALL_FAST_MODEL: model, CLAUDE_CODE_MAX_RETRIES: '0', CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1', IS_SANDBOX: '1',
    },
  }),
  answer: (output) => textOf(claudeResult(output)['result']),
  structured: { answer: (output) => claudeResult(output)['structured_output'], tool: 'StructuredOutput' },
};

const codex: Program = {
  name: 'codex',
  writes: (path, content) => ({ name: 'exec_command', arguments: { cmd: `printf '%s' '${content}' > ${path}` } }),
  reads: (path) => ({ name: 'exec_command', arguments: { cmd: `cat ${path}` } }),
  start({ url, key, model, home, schemaFile }, prompt, goesOn) {
    const provider = `{name="Weir",base_url="${url}/v1",env_key="WEIR_KEY",wire_api="responses",request_max_retries=0,stream_max_retries=0}`;
    return {
      command: [
        'node', join(packages, '@openai/codex/bin/codex.js'), 'exec', ...(goesOn ? ['resume', '--last'] : []), '--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '-m', model,
        '-c', 'model_provider="weir"', '-c', `model_providers.weir=${provider}`, ...(schemaFile === undefined ? [] : ['--output-schema', schemaFile]), prompt,
      ],
      environment: { HOME: home, CODEX_HOME: home, WEIR_KEY: key },
    };
  },
  answer: (output) => textOf(codexMessage(output)),
  structured: { answer: (output) => JSON.parse(textOf(codexMessage(output)) || 'null') as unknown },
};

function codexMessage(output: string): unknown {
  const items = jsonLines(output).flatMap((line) => (line['type'] === 'item.completed' ? [line['item'] as Record<string, unknown>] : []));
  return items.findLast((item) => item['type'] === 'agent_message')?.['text'];
}

const geminiCli: Program = {
  name: 'gemini-cli',
  writes: (path, content) => ({ name: 'write_file', arguments: { file_path: path, content } }),
  reads: (path) => ({ name: 'read_file', arguments: { file_path: path } }),
  start({ url, key, model, home }, prompt, goesOn) {
    put(join(home, '.gemini/settings.json'), JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } }, general: { disableAutoUpdate: true }, privacy: { usageStatisticsEnabled: false }, telemetry: { enabled: false } }));
    return {
      command: ['node', join(packages, '@google/gemini-cli/bundle/gemini.js'), '-m', model, '-p', prompt, '--yolo', '--output-format', 'json', '--skip-trust', ...(goesOn ? ['--resume', 'latest'] : [])],
      environment: { HOME: home, GEMINI_API_KEY: key, GOOGLE_GEMINI_BASE_URL: url },
    };
  },
  answer(output) {
    const start = output.indexOf('{');
    return start === -1 ? '' : textOf((JSON.parse(output.slice(start)) as Record<string, unknown>)['response']);
  },
};

const opencode: Program = {
  name: 'opencode',
  // Without a terminal it does not listen to Ctrl-C.
  stops: 'SIGTERM',
  writes: (path, content) => ({ name: 'write', arguments: { filePath: path, content } }),
  reads: (path) => ({ name: 'read', arguments: { filePath: path } }),
  start({ url, key, model, home }, prompt, goesOn) {
    const config = join(home, 'opencode.json');
    put(config, JSON.stringify({
      autoupdate: false, share: 'disabled', model: `weir/${model}`,
      provider: { weir: { npm: '@ai-sdk/openai-compatible', name: 'Weir', options: { baseURL: `${url}/v1`, apiKey: key }, models: { [model]: { name: 'Scripted' } } } },
    }));
    const own = join(packages, `opencode-${process.platform}-${process.arch}/bin/opencode`);
    return {
      command: [existsSync(own) ? own : join(packages, 'opencode-ai/bin/opencode.exe'), 'run', '--format', 'json', ...(goesOn ? ['--continue'] : []), prompt],
      environment: { HOME: home, OPENCODE_CONFIG: config, OPENCODE_DISABLE_AUTOUPDATE: '1', OPENCODE_DISABLE_MODELS_FETCH: '1' },
    };
  },
  answer(output) {
    const part = jsonLines(output).findLast((line) => line['type'] === 'text')?.['part'] as Record<string, unknown> | undefined;
    return textOf(part?.['text']);
  },
};

/** The programs. */
export const programs: readonly Program[] = [claudeCode, codex, geminiCli, opencode];

/** What a program did. */
export interface Ran {
  output: string;
  error: string;
  code: number;
}

/** A running program. */
export interface Running {
  ended: Promise<Ran>;
  /** What a person does who presses Ctrl-C. */
  interrupt(): void;
}

/** Starts a program with one question, in a home of its own or in one where it was before. It ends by itself; after `limitMs` it is ended. */
export function run(program: Program, place: Omit<Place, 'home'>, prompt: string, folder: string, kept: { home: string; goesOn: boolean } | null = null, limitMs = 90_000): Running {
  const home = kept?.home ?? mkdtempSync(join(tmpdir(), 'weir-home-'));
  const { command, environment } = program.start({ ...place, home }, prompt, kept?.goesOn === true);
  const child = Bun.spawn(command, { cwd: folder, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe', env: { PATH: process.env['PATH'] ?? '', ...environment }, detached: true });
  // Some programs are wrappers: the whole group is meant.
  const signal = (name: NodeJS.Signals): void => {
    if (child.exitCode === null) process.kill(-child.pid, name);
  };
  const timer = setTimeout(() => signal('SIGKILL'), limitMs);
  const ended = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]).then(([output, error, code]) => {
    clearTimeout(timer);
    if (!kept) rmSync(home, { recursive: true, force: true });
    return { output, error, code };
  });
  return { ended, interrupt: () => signal(program.stops ?? 'SIGINT') };
}
