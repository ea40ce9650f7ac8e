// The chat page with everything behind it: provider, gateway, web service. One place decides what stands for the
// gateway, so that it can be the real one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'bun:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { GatewayBackend } from '../../client/index.ts';
import { SqliteConversationStore } from '../../web/server/conversations/sqlite-store.ts';
import { startWebService, type WebService } from '../../web/server/web-service.ts';
import { launchChromium, openWatched, type WatchedPage } from './browser.ts';
import { startGateway } from './gateway.ts';
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.ts';

/** A gateway that tests can take down and bring back at the same address. */
export interface TestGateway {
  url: string;
  apiKey: string;
  /** What answers behind the gateway. */
  provider: ScriptedProvider;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** The real gateway in a process of its own, in front of a scripted provider. */
export async function startTestGateway(): Promise<TestGateway> {
  const provider = startScriptedProvider({ apiKey: 'sk-key-of-the-provider' });
  const deployments = provider.models.map((name) => `  - model_name: ${name}
    litellm_params: {model: openai/${name}, api_base: ${provider.url}/v1, api_key: sk-key-of-the-provider}\n`);
  const config = `model_list:\n${deployments.join('')}router_settings: {num_retries: 0}\n`;
  let running = await startGateway(config);
  return {
    url: running.url,
    apiKey: running.key,
    provider,
    stop: () => running.stop(),
    async start() {
      running = await startGateway(config, { port: running.port });
    },
  };
}

/** The web service in front of a gateway, with a database of its own. */
export interface TestWebService {
  service: WebService;
  stop(): Promise<void>;
}

/** Starts it; the page must have been built. */
export function startTestWebService(gateway: Pick<TestGateway, 'url' | 'apiKey'>): TestWebService {
  const folder = mkdtempSync(join(tmpdir(), 'weir-chat-'));
  const service = startWebService({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    gatewayUrl: gateway.url,
    backend: new GatewayBackend({ baseUrl: gateway.url, apiKey: gateway.apiKey }),
    store: new SqliteConversationStore(join(folder, 'conversations.db')),
    pageFolder: join(import.meta.dir, '../../web/dist'),
  });
  return {
    service,
    async stop() {
      await service.stop(0);
      rmSync(folder, { recursive: true });
    },
  };
}

/** Builds the page as `start-web.sh` does. Throws with the build's own words. */
export function buildChatPage(): void {
  const root = join(import.meta.dir, '../..');
  const build = Bun.spawnSync([process.execPath, '--bun', join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'web'),
    env: { ...process.env, NODE_ENV: 'production' },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  if (!build.success) throw new Error(`The page could not be built:\n${build.stdout.toString()}${build.stderr.toString()}`);
}

/** A browser, and for each test a gateway with a web service in front of it and a page that is open. To be called inside `describe`. */
export function chatBench(executablePath: string): ChatBench {
  let browser: Browser | undefined;
  let parts: { gateway: TestGateway; web: TestWebService; watched: WatchedPage } | undefined;
  const part = <Name extends keyof NonNullable<typeof parts>>(name: Name): NonNullable<typeof parts>[Name] => {
    if (!parts) throw new Error('No test is running.');
    return parts[name];
  };
  const opened = async (url: string, options: BrowserContextOptions): Promise<WatchedPage> => {
    if (!browser) throw new Error('No test is running.');
    const watched = await openWatched(browser, url, options);
    await watched.page.locator('.model-button, input[type=password]').first().waitFor();
    return watched;
  };
  beforeAll(async () => {
    buildChatPage();
    browser = await launchChromium(executablePath);
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    const gateway = await startTestGateway();
    const web = startTestWebService(gateway);
    parts = { gateway, web, watched: await opened(web.service.url, {}) };
  });
  afterEach(async () => {
    const { gateway, web, watched } = { gateway: part('gateway'), web: part('web'), watched: part('watched') };
    await watched.close();
    await web.stop();
    await gateway.stop();
    expect(watched.complaints).toEqual([]);
    expect(watched.received.join('\n')).not.toContain(gateway.apiKey);
  });
  return {
    get browser() {
      if (!browser) throw new Error('No test is running.');
      return browser;
    },
    get gateway() {
      return part('gateway');
    },
    get web() {
      return part('web');
    },
    get watched() {
      return part('watched');
    },
    get page() {
      return part('watched').page;
    },
    async open(url = part('web').service.url, options = {}) {
      await part('watched').close();
      parts = { gateway: part('gateway'), web: part('web'), watched: await opened(url, options) };
    },
  };
}

/** What tests of the chat page work with. */
export interface ChatBench {
  readonly browser: Browser;
  readonly gateway: TestGateway;
  readonly web: TestWebService;
  readonly watched: WatchedPage;
  readonly page: Page;
  /** Opens the page anew, in a context of its own. */
  open(url?: string, options?: BrowserContextOptions): Promise<void>;
}

/** Writes and sends a message. */
export async function say(page: Page, text: string): Promise<void> {
  await page.locator('#message').fill(text);
  await page.locator('#message').press('Enter');
}

/** Waits until the last answer of the branch is whole (or failed), and gives its text. */
export async function lastAnswer(page: Page): Promise<string> {
  const answer = page.locator('.turn.assistant').last();
  await answer.locator('.turn-actions').waitFor();
  return answer.innerText();
}
