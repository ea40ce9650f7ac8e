// The package outside Bun: built for Node 20 and browsers, and with its types stripped by newer Node versions.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'weir-client-'));
const nodeMajor = Number(/^v(\d+)/.exec(run(['node', '--version']).stdout)?.[1] ?? 0);
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: () =>
    new Response('data: {"choices":[{"index":0,"delta":{"content":"你好"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n', {
      headers: { 'content-type': 'text/event-stream' },
    }),
});

beforeAll(async () => {
  // The build step of package.json, into a folder of its own.
  const built = await Bun.build({ entrypoints: [join(import.meta.dir, 'index.ts')], outdir: folder, format: 'esm', target: 'browser', naming: 'index.js' });
  expect(built.success).toBe(true);
});
afterAll(() => {
  server.stop(true);
  rmSync(folder, { recursive: true });
});

function run(command: string[]): { stdout: string; stderr: string } {
  const { stdout, stderr } = Bun.spawnSync(command, { stdout: 'pipe', stderr: 'pipe' });
  return { stdout: stdout.toString(), stderr: stderr.toString() };
}

async function answerUnderNode(module: string): Promise<{ out: string; errors: string }> {
  const script = `
    import { GatewayBackend, GatewayError } from ${JSON.stringify(module)};
    const backend = new GatewayBackend();
    for await (const delta of backend.stream({ model: 'm', messages: [] })) if (delta.type === 'text') console.log(delta.text);
    const closed = new GatewayBackend({ baseUrl: 'http://127.0.0.1:1' });
    await closed.models().catch((error) => console.log(error instanceof GatewayError, error.kind));`;
  const child = Bun.spawn(['node', '--input-type=module', '-e', script], {
    env: { ...process.env, LITELLM_PROXY_URL: `http://127.0.0.1:${server.port}` },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [out, errors] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  return { out, errors };
}

test(`the build runs under Node ${nodeMajor}`, async () => {
  const { out, errors } = await answerUnderNode(join(folder, 'index.js'));
  expect(errors).toBe('');
  expect(out).toBe('你好\ntrue connection\n');
});

// Older versions cannot strip types themselves; TypeScript's own check for what can be stripped stands in for them.
test('the sources run when their types are only stripped', async () => {
  if (nodeMajor >= 24) {
    expect((await answerUnderNode(join(import.meta.dir, 'index.ts'))).out).toBe('你好\ntrue connection\n');
    return;
  }
  const compiler = join(import.meta.dir, '../node_modules/.bin/tsc');
  const options = '--ignoreConfig --noEmit --erasableSyntaxOnly --strict --target esnext --module preserve --moduleResolution bundler --allowImportingTsExtensions --verbatimModuleSyntax --lib esnext,dom,dom.iterable --types node';
  const checked = run([compiler, join(import.meta.dir, 'index.ts'), ...options.split(' ')]);
  expect(checked.stdout).toBe('');
});

test('the build for browsers names nothing of a server', async () => {
  const text = await Bun.file(join(folder, 'index.js')).text();
  expect(text).not.toMatch(/\brequire\(|from ["']node:|Bun\./);
});
