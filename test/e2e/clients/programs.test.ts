// Claude Code, Codex, Gemini CLI and opencode, each one through the gateway to a provider of each dialect that refuses what the real ones
// refuse: a loop of several turns writes a real file, an answer follows a schema, an interruption reaches the provider.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { configOf } from '../../support/dialects.ts';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { entriesOf, inTurns, playScript, refusals, scriptedUsage, upstreams, type Script } from '../../support/model/index.ts';
import { join } from 'node:path';
import { masterKey, startGateway, type GatewayProcess } from '../../support/gateway.ts';
import { programs, run, type Program, type Running } from '../../support/programs.ts';
import { ScriptedProvider } from '../../support/provider.ts';
import { tmpdir } from 'node:os';

const text = 'A weir lets the river through: 堰 lässt den Fluss durch.';
const schema = { type: 'object', properties: { city: { type: 'string' }, people: { type: 'number' } }, required: ['city', 'people'], additionalProperties: false };
const structured = { city: 'Köln', people: 1_100_000 };

let folder = '';
let provider: ScriptedProvider;
let gateway: GatewayProcess;

const fileOf = (program: Program, upstream: string): string => join(folder, `${program.name}-${upstream}.txt`);

/** Writes the file, reads it twice at a time, and tells that it is done. The model's name tells the file. */
const writing = (program: Program): Script => (asked) => {
  const path = fileOf(program, asked.call.model.slice(asked.call.model.indexOf('-on-') + 4));
  return inTurns(
    { reasoning: 'A file is wanted. So I write one.', text: 'I write it.', calls: [program.writes(path, text)] },
    { reasoning: 'Is it there?', calls: [program.reads(path), program.reads(path)] },
    { text: 'The file is written – ✓.' },
  )(asked);
};

/** Answers in JSON: by the program's own tool where it has one, else as text. */
const obeying = (program: Program): Script => {
  const tool = program.structured?.tool;
  return inTurns(...(tool === undefined ? [] : [{ reasoning: 'As the schema says.', calls: [{ name: tool, arguments: structured }] }]), { text: JSON.stringify(structured) });
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weir-programs-'));
  writeFileSync(join(folder, 'schema.json'), JSON.stringify(schema));
  provider = await ScriptedProvider.start();
  const models: Parameters<typeof configOf>[0][number][] = [];
  for (const program of programs) {
    playScript(provider, program.name, writing(program));
    playScript(provider, `${program.name}-json`, obeying(program));
    // Long enough to be interrupted on any machine; it stops when the other side goes away.
    playScript(provider, `${program.name}-slow`, ({ call }) => ({ text: JSON.stringify(call.json).includes('Be brief') ? 'Brief.' : 'and so on '.repeat(2_000) }), 50);
    for (const name of [program.name, `${program.name}-json`, `${program.name}-slow`]) models.push(...entriesOf(name, provider.url));
  }
  gateway = await startGateway(configOf(models, { router_settings: { num_retries: 0 } }));
});
beforeEach(() => {
  refusals.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await provider.stop();
  rmSync(folder, { recursive: true, force: true });
});

const start = (program: Program, model: string, prompt: string, schemaFile?: string, kept: { home: string; goesOn: boolean } | null = null): Running =>
  run(program, { url: gateway.url, key: masterKey, model, ...(schemaFile !== undefined && { schemaFile }) }, prompt, folder, kept);

describe.each(programs.map((program) => [program.name, program] as const))('%s', (_name, program) => {
  test.each(upstreams.map(({ name }) => name))('a tool loop on %s writes a real file', async (upstream) => {
    const model = `${program.name}-on-${upstream}`;
    const { output, error, code } = await start(program, model, `Write a file. (${upstream})`).ended;
    expect(refusals, `${output}\n${error}`).toEqual([]);
    expect([code, program.answer(output)], `${output}\n${error}`).toEqual([0, 'The file is written – ✓.']);
    const path = fileOf(program, upstream);
    expect(existsSync(path) && readFileSync(path, 'utf8')).toBe(text);
    const calls = provider.callsOf(model).filter((call) => JSON.stringify(call.json).includes(`(${upstream})`) && toolsIn(call.json) > 0);
    expect(calls.length, output).toBe(3);
    expect(JSON.stringify(calls[2]?.json)).toContain('堰');
  }, 100_000);

  test.each(upstreams.map(({ name }) => name))('an interruption on %s reaches the provider, is written down, and the conversation goes on', async (upstream) => {
    const model = `${program.name}-slow-on-${upstream}`;
    const home = mkdtempSync(join(tmpdir(), 'weir-home-'));
    const running = start(program, model, 'Talk for long.', undefined, { home, goesOn: false });
    const call = await theCall(model);
    await Bun.sleep(500);
    expect(call.isClosed()).toBe(false);
    running.interrupt();
    await call.closed;
    // Killed by the clock would be another thing.
    expect((await running.ended).code).not.toBe(137);
    const line = await loggedBreak(model);
    expect(line).toMatchObject({ status: 499, stream: true });
    const { output, error, code } = await start(program, model, 'Be brief now.', undefined, { home, goesOn: true }).ended;
    rmSync(home, { recursive: true, force: true });
    expect(refusals, `${output}\n${error}`).toEqual([]);
    expect([code, program.answer(output)], `${output}\n${error}`).toEqual([0, 'Brief.']);
    // It remembers what was asked before.
    expect(JSON.stringify(provider.callsOf(model).at(-1)?.json)).toContain('Talk for long.');
  }, 200_000);
});

/** The line of a call that its client left. */
async function loggedBreak(model: string): Promise<Record<string, unknown>> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await Bun.sleep(20)) {
    const line = gateway.output().split('\n').find((text) => text.includes(`"${model}"`) && text.includes('"status":499'));
    if (line !== undefined) return JSON.parse(line) as Record<string, unknown>;
  }
  throw new Error(`No line tells that the client of ${model} left:\n${gateway.output().slice(-2_000)}`);
}

// Programs that ask for titles on the side do it without tools.
const toolsIn = (body: Record<string, unknown>): number => (Array.isArray(body['tools']) ? body['tools'].length : 0);

async function theCall(model: string) {
  for (;;) {
    const found = provider.callsOf(model).find((call) => toolsIn(call.json) > 0);
    if (found) return found;
    await Bun.sleep(20);
  }
}

describe.each(programs.filter(({ structured: feature }) => feature).map((program) => [program.name, program] as const))('%s', (_name, program) => {
  test.each(upstreams.map(({ name }) => name))('an answer after a schema on %s', async (upstream) => {
    const { output, error, code } = await start(program, `${program.name}-json-on-${upstream}`, 'Which city?', join(folder, 'schema.json')).ended;
    expect(refusals, `${output}\n${error}`).toEqual([]);
    expect([code, program.structured?.answer(output)], `${output}\n${error}`).toEqual([0, structured]);
  }, 100_000);
});

test('every call was counted as the provider counted it', () => {
  const lines = gateway.output().split('\n').filter((line) => line.includes('"codex-on-gemini"'));
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(line).toContain(String(scriptedUsage.input));
});
