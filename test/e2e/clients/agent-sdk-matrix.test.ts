// The Claude Agent SDK with its own command-line program, through the gateway to a provider of each dialect that refuses what the real ones
// refuse: a loop of several turns that writes a real file, told piece by piece; an answer after a schema; an interruption.
import { query, type Options, type SDKMessage } from '@anthropic-ai/claude-agent-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { configOf } from '../../support/dialects.ts';
import { entriesOf, inTurns, playScript, refusals, upstreams } from '../../support/model/index.ts';
import { join } from 'node:path';
import { masterKey, startGateway, type GatewayProcess } from '../../support/gateway.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { ScriptedProvider } from '../../support/provider.ts';
import { tmpdir } from 'node:os';

const text = 'A weir lets the river through: 堰 lässt den Fluss durch.';
const structured = { city: 'Köln', people: 1_100_000 };
const schema = { type: 'object', properties: { city: { type: 'string' }, people: { type: 'number' } }, required: ['city', 'people'], additionalProperties: false };

let folder = '';
let provider: ScriptedProvider;
let gateway: GatewayProcess;
const fileOf = (model: string): string => join(folder, `${model}.txt`);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weir-agent-matrix-'));
  provider = await ScriptedProvider.start();
  playScript(provider, 'writer', (asked) => {
    const path = fileOf(asked.call.model);
    const read = { name: 'Read', arguments: { file_path: path } };
    return inTurns({ reasoning: 'A file is wanted.', text: 'I write it.', calls: [{ name: 'Write', arguments: { file_path: path, content: text } }] }, { reasoning: 'Is it there?', calls: [read, read] }, { text: 'Written – ✓.' })(asked);
  });
  playScript(provider, 'json', inTurns({ reasoning: 'As the schema says.', calls: [{ name: 'StructuredOutput', arguments: structured }] }, { text: JSON.stringify(structured) }));
  playScript(provider, 'slow', () => ({ text: 'and so on '.repeat(2_000) }), 50);
  gateway = await startGateway(configOf(['writer', 'json', 'slow'].flatMap((name) => entriesOf(name, provider.url)), { router_settings: { num_retries: 0 } }));
});
beforeEach(() => {
  refusals.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await provider.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the SDK told until its end, however that was. */
async function ask(model: string, options: Options, seen: SDKMessage[] = []): Promise<SDKMessage[]> {
  const env = {
    PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_CONFIG_DIR: join(folder, '.claude'), ANTHROPIC_BASE_URL: gateway.url, ANTHROPIC_AUTH_TOKEN: masterKey, ANTHROPIC_SMALL_FAST_MODEL: model,
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1', DISABLE_ERROR_REPORTING: '1', CLAUDE_CODE_MAX_RETRIES: '0', IS_SANDBOX: '1',
  };
  for await (const message of query({ prompt: 'Do it.', options: { model, cwd: folder, env, settingSources: [], persistSession: false, ...options } })) seen.push(message);
  return seen;
}

describe.each(upstreams.map(({ name }) => name))('on %s', (upstream) => {
  test('a tool loop writes a real file, and its text is told piece by piece', async () => {
    const model = `writer-on-${upstream}`;
    const seen = await ask(model, { tools: ['Write', 'Read'], allowedTools: ['Write', 'Read'], permissionMode: 'acceptEdits', includePartialMessages: true });
    expect(refusals).toEqual([]);
    expect(seen.find((message) => message.type === 'result')).toMatchObject({ is_error: false, result: 'Written – ✓.' });
    expect(readFileSync(fileOf(model), 'utf8')).toBe(text);
    expect(seen.filter((message) => message.type === 'stream_event').length).toBeGreaterThan(10);
    expect(JSON.stringify(provider.callsOf(model).at(-1)?.json)).toContain('堰');
  }, 60_000);

  test('an answer after a schema', async () => {
    const seen = await ask(`json-on-${upstream}`, { tools: [], outputFormat: { type: 'json_schema', schema } });
    expect(refusals).toEqual([]);
    expect(seen.find((message) => message.type === 'result')).toMatchObject({ is_error: false, structured_output: structured });
  }, 60_000);

  test('an interruption reaches the provider', async () => {
    const model = `slow-on-${upstream}`;
    const abortController = new AbortController();
    const asking = ask(model, { tools: [], abortController }).catch((error: unknown) => error);
    const call = await provider.call(model);
    await Bun.sleep(300);
    expect(call.isClosed()).toBe(false);
    abortController.abort();
    await call.closed;
    await asking;
  }, 60_000);
});
