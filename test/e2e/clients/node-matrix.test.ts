// The SDKs for Node, each one through the gateway to a provider of each dialect that refuses what the real ones refuse: whole answers,
// streams, a loop of tools that writes a real file, structured answers, and leaving.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { anthropicClient } from '../../support/sdk/anthropic.ts';
import { configOf } from '../../support/dialects.ts';
import { playMatrix, said, structured } from '../../support/model/matrix.ts';
import { refusals, scriptedUsage, upstreams } from '../../support/model/index.ts';
import { genaiClient } from '../../support/sdk/genai.ts';
import { join } from 'node:path';
import { langchainClient } from '../../support/sdk/langchain.ts';
import { masterKey, startGateway, type GatewayProcess } from '../../support/gateway.ts';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { openaiChatClient } from '../../support/sdk/openai-chat.ts';
import { openaiResponsesClient } from '../../support/sdk/openai-responses.ts';
import { ScriptedProvider } from '../../support/provider.ts';
import { tmpdir } from 'node:os';
import { vercelAiClient } from '../../support/sdk/vercel-ai.ts';
import type { RunTool, SdkClient } from '../../support/sdk/client.ts';

const makers: readonly [string, (url: string, key: string) => SdkClient][] = [
  ['openai chat', openaiChatClient], ['openai responses', openaiResponsesClient], ['anthropic', anthropicClient], ['google genai', genaiClient], ['vercel ai', vercelAiClient], ['langchain', langchainClient],
];

let folder = '';
let provider: ScriptedProvider;
let gateway: GatewayProcess;
const notePath = (): string => join(folder, 'note.txt');

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weir-sdks-'));
  provider = await ScriptedProvider.start();
  gateway = await startGateway(configOf(playMatrix(provider, notePath()), { router_settings: { num_retries: 0 } }));
});
beforeEach(() => {
  refusals.length = 0;
  rmSync(notePath(), { force: true });
});
afterAll(async () => {
  await gateway.stop();
  await provider.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run: RunTool = (name, { path, content }) => {
  if (name === 'write_note') writeFileSync(String(path), String(content));
  return path === 'missing' ? 'There is no such note.' : readFileSync(String(path), 'utf8');
};

describe.each(makers)('%s', (_name, make) => {
  const client = (): SdkClient => make(gateway.url, masterKey);

  describe.each(upstreams.map(({ name }) => name))('on %s', (upstream) => {
    test('a whole answer and a stream say the same and count the same', async () => {
      const expected = { text: said, inputTokens: scriptedUsage.input, outputTokens: scriptedUsage.output };
      expect(await client().whole(`text-on-${upstream}`)).toEqual(expected);
      expect(await client().streamed(`text-on-${upstream}`)).toEqual(expected);
    });

    test('a loop of tools writes a real file', async () => {
      expect([await client().loop(`loop-on-${upstream}`, run), refusals]).toEqual(['Done.', []]);
      expect(readFileSync(notePath(), 'utf8')).toBe(said);
    });

    test('a structured answer', async () => {
      expect(await client().structured(`json-on-${upstream}`)).toEqual(structured);
    });

    test('leaving ends the provider’s stream', async () => {
      const before = provider.callsOf(`slow-on-${upstream}`).length;
      await client().leave(`slow-on-${upstream}`);
      await (await provider.call(`slow-on-${upstream}`, before + 1)).closed;
    });
  });
});
