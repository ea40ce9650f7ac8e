// The chat page with everything behind it: provider, gateway, web service. One place decides what stands for the
// gateway, so that it can be the real one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { GatewayBackend } from '../../client/index.ts';
import { SqliteConversationStore } from '../../web/server/conversations/sqlite-store.ts';
import { startWebService, type WebService } from '../../web/server/web-service.ts';
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.ts';

/** A gateway that tests can take down and bring back at the same address. */
export interface TestGateway {
  url: string;
  apiKey: string;
  /** What answers behind the gateway. Another one after `start`. */
  provider: ScriptedProvider;
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** Until the gateway is in place, the provider stands for it. */
export async function startTestGateway(): Promise<TestGateway> {
  const apiKey = 'sk-key-that-must-stay-on-the-server';
  const provider = startScriptedProvider({ apiKey });
  const gateway: TestGateway = {
    url: provider.url,
    apiKey,
    provider,
    stop: () => gateway.provider.stop(),
    async start() {
      gateway.provider = startScriptedProvider({ apiKey, port: provider.port });
    },
  };
  return gateway;
}

/** The web service in front of a gateway, with a database of its own. */
export interface TestWebService {
  service: WebService;
  stop(): Promise<void>;
}

/** Starts it; the page must have been built. */
export function startTestWebService(gateway: TestGateway): TestWebService {
  const folder = mkdtempSync(join(tmpdir(), 'weir-chat-'));
  const service = startWebService({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
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
