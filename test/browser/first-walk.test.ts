// The first walk of a new user: from ./start.sh to a call of Claude Code through a newly made key. Every action is counted.
import { query } from '@anthropic-ai/claude-agent-sdk';
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { buildChatPage } from '../support/chat-page.ts';
import { findChromium, launchChromium, refuseMissingChromium } from '../support/browser.ts';
import { freePort, projectRoot } from '../support/gateway.ts';

setDefaultTimeout(180_000);
const chromium = findChromium();
if (chromium === null) refuseMissingChromium();
const mostActions = 8;

describe.skipIf(chromium === null)('the first walk', () => {
  const folder = mkdtempSync(`${tmpdir()}/weir-walk-`);
  let child: ReturnType<typeof Bun.spawn> | null = null;

  beforeAll(() => {
    buildChatPage();
    for (const name of ['bin', 'src', 'scripts', 'config', 'start.sh', 'package.json', 'client', 'web']) cpSync(`${projectRoot}${name}`, `${folder}/${name}`, { recursive: true, filter: (path) => !path.includes('node_modules') });
    symlinkSync(`${projectRoot}node_modules`, `${folder}/node_modules`);
  });
  afterAll(async () => {
    child?.kill('SIGTERM');
    await child?.exited;
    rmSync(folder, { recursive: true, force: true });
  });

  test(`takes at most ${mostActions} actions`, async () => {
    const actions: string[] = [];
    const act = async <Result>(what: string, run: () => Promise<Result>): Promise<Result> => {
      actions.push(what);
      return run();
    };
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    await act('run ./start.sh', async () => {
      child = Bun.spawn([`${folder}/start.sh`, '--no-web', '--port', String(port)], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', HOME: folder }, stdin: 'ignore', stdout: 'ignore', stderr: 'ignore' });
      for (const deadline = Date.now() + 60_000; Date.now() < deadline; await Bun.sleep(100)) if (await fetch(`${url}/ui/`).then((response) => response.ok, () => false)) return;
      throw new Error('start.sh did not come up.');
    });
    const browser = await launchChromium(chromium ?? '');
    const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
    page.setDefaultTimeout(30_000);
    await act('open the dashboard at the address that start.sh has printed', () => page.goto(`${url}/ui`));
    const key = /^LITELLM_MASTER_KEY=(\S+)/m.exec(readFileSync(`${folder}/.env`, 'utf8'))?.[1] ?? '';
    await act('paste the key that start.sh has printed, and press Enter', async () => {
      await page.locator('input[name=key]').fill(key);
      await page.keyboard.press('Enter');
    });
    await act('click “Client setup”; Claude Code is chosen', () => page.getByRole('link', { name: 'Client setup' }).first().click());
    await act('click “Make a key”', () => page.getByRole('button', { name: 'Make a key' }).click());
    await page.getByText('A new key was made.').waitFor();
    const lines = await act('copy the lines', () => page.locator('.code-box code').first().innerText());
    await browser.close();
    const exported = Object.fromEntries([...lines.matchAll(/^export (\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]));
    expect(exported['ANTHROPIC_AUTH_TOKEN']).toMatch(/^sk-/);
    expect(exported['ANTHROPIC_AUTH_TOKEN']).not.toBe(key);
    const result = await act('paste them into a shell, and ask', async () => {
      const environment = { PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_CONFIG_DIR: `${folder}/.claude`, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', DISABLE_AUTOUPDATER: '1', DISABLE_TELEMETRY: '1', ...exported };
      for await (const message of query({ prompt: 'Hello', options: { cwd: folder, env: environment, tools: [], settingSources: [], persistSession: false } })) if (message.type === 'result') return message;
      return null;
    });
    expect(result?.subtype === 'success' && !result.is_error ? result.result : JSON.stringify(result)).toContain('demo model');
    console.log(`${actions.length} actions: ${actions.join('; ')}.`);
    expect(actions.length).toBeLessThanOrEqual(mostActions);
  });
});
