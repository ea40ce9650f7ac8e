// Python clients, each one through the gateway to a provider of each dialect that refuses what the real ones refuse. What they do is in
// test/clients/python.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { configOf } from '../../support/dialects.ts';
import { drivePython, pythonWith } from '../../support/python.ts';
import { join } from 'node:path';
import { masterKey, projectRoot, startGateway, type GatewayProcess } from '../../support/gateway.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { playMatrix, said, structured } from '../../support/model/matrix.ts';
import { readPage } from '../../docs/markdown.ts';
import { refusals, scriptedUsage, upstreams } from '../../support/model/index.ts';
import { ScriptedProvider } from '../../support/provider.ts';
import { tmpdir } from 'node:os';

const pythons = { sdks: await pythonWith('sdks'), litellm: await pythonWith('litellm') };
const clients: readonly [string, keyof typeof pythons, readonly string[]][] = [
  ['openai_chat', 'sdks', ['whole', 'streamed', 'loop', 'structured', 'leave']], ['openai_responses', 'sdks', ['whole', 'streamed', 'loop', 'structured', 'leave']],
  ['anthropic_messages', 'sdks', ['whole', 'streamed', 'loop', 'structured', 'leave']], ['google_gemini', 'sdks', ['whole', 'streamed', 'loop', 'structured', 'leave']],
  ['langchain_openai_chat', 'sdks', ['whole', 'streamed', 'loop', 'structured', 'leave']], ['back_end', 'sdks', ['whole', 'streamed', 'leave']],
  ['litellm_proxy', 'litellm', ['whole', 'streamed', 'loop', 'structured', 'leave']], ['instructor_openai', 'litellm', ['structured']],
];

let folder = '';
let provider: ScriptedProvider;
let gateway: GatewayProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weir-python-'));
  // The guide's class as a reader copies it.
  const code = readPage('docs/guide/back-end-client.md').blocks.find((block) => block.language === 'python' && block.text.includes('class GatewayBackend'))?.text ?? '';
  writeFileSync(join(folder, 'guide_backend.py'), code);
  provider = await ScriptedProvider.start();
  gateway = await startGateway(configOf(playMatrix(provider, join(folder, 'note.txt')), { router_settings: { num_retries: 0 } }));
});
beforeEach(() => {
  refusals.length = 0;
});
afterAll(async () => {
  await gateway.stop();
  await provider.stop();
  rmSync(folder, { recursive: true, force: true });
});

const heard = { text: said, inputTokens: scriptedUsage.input, outputTokens: scriptedUsage.output };
const expected: Readonly<Record<string, unknown>> = { whole: heard, streamed: heard, loop: { said: 'Done.', note: said }, structured, leave: 'left' };

for (const [client, environment, cases] of clients) {
  const python = pythons[environment];
  describe.skipIf(python === null)(client, () => {
    test('does everything on every upstream', async () => {
      const got = await drivePython(python ?? '', [client], {
        WEIR_URL: gateway.url, WEIR_KEY: masterKey, WEIR_FOLDER: folder, WEIR_UPSTREAMS: upstreams.map(({ name }) => name).join(), PYTHONPATH: folder,
      });
      // The back end's class tells only the text.
      const wanted = (name: string): unknown => (client === 'back_end' && name !== 'leave' ? said : expected[name]);
      expect(got).toEqual(upstreams.flatMap(({ name: upstream }) => cases.map((name) => ({ client, upstream, case: name, got: wanted(name) }))));
      expect(refusals).toEqual([]);
      for (const call of provider.calls) if (call.model.startsWith('slow-')) await call.closed;
    }, 120_000);
  });
}

// The administrator's client has a test of its own.
test('the driver knows every client that is here', async () => {
  const files = [...new Bun.Glob('*.py').scanSync(join(projectRoot, 'test/clients/python'))].map((file) => file.replace('.py', ''));
  expect(files.toSorted()).toEqual([...clients.map(([client]) => client), 'drive', 'litellm_admin', 'tools'].toSorted());
});
