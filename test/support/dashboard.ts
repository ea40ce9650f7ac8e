// A gateway with a database and something in it, and a browser that is signed in to its dashboard.
import { afterAll, afterEach, beforeAll } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { buildChatPage } from './chat-page.ts';
import { launchChromium, openWatched, type WatchedPage } from './browser.ts';
import { startGateway, type GatewayProcess } from './gateway.ts';
import { startScriptedProvider, type ScriptedProvider } from './scripted-provider.ts';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

/** The gateway under the dashboard. */
export interface DashboardGateway {
  gateway: GatewayProcess;
  provider: ScriptedProvider;
  /** Calls the API with the master key. */
  api: <Answer = Record<string, unknown>>(method: string, path: string, body?: unknown) => Promise<Answer>;
  /** Ends the gateway's process and starts it again at the same address, with the same data. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
}

/** Starts it. Without `data` there is no database; `databaseUrl` names one in place of SQLite; `empty`: no models. */
export async function startDashboardGateway({ data = true, databaseUrl, empty = false }: { data?: boolean; databaseUrl?: string; empty?: boolean } = {}): Promise<DashboardGateway> {
  const folder = mkdtempSync(`${tmpdir()}/weir-dashboard-`);
  const provider = startScriptedProvider({ apiKey: 'sk-key-of-the-provider' });
  const deployments = ['deepseek', 'claude-opus', 'gpt-mini'].map((name) => `  - model_name: ${name}
    litellm_params: {model: openai/${name === 'gpt-mini' ? 'gpt-4o-mini' : name}, api_base: ${provider.url}/v1, api_key: sk-key-of-the-provider}\n`);
  const config = empty ? 'model_list: []\n' : `model_list:\n${deployments.join('')}  - model_name: demo\n    litellm_params: {model: demo/weir-demo}\nrouter_settings:\n  num_retries: 0\n  fallbacks: [{deepseek: [gpt-mini]}]\ngeneral_settings:\n  store_prompts_in_spend_logs: true\n`;
  const options = databaseUrl === undefined ? { arguments: data ? ['--data', folder] : [] } : { environment: { DATABASE_URL: databaseUrl } };
  let gateway = await startGateway(config, options);
  const { port, key, url } = gateway;
  return {
    get gateway() {
      return gateway;
    },
    provider,
    async api<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
      const response = await fetch(url + path, { method, headers: { 'authorization': `Bearer ${key}`, 'content-type': 'application/json' }, ...(body !== undefined && { body: JSON.stringify(body) }) });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return JSON.parse(text) as Answer;
    },
    async restart() {
      await gateway.stop();
      gateway = await startGateway(config, { ...options, port });
    },
    async stop() {
      await gateway.stop();
      await provider.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Teams, people, keys and requests, some of which failed. Gives one key. */
export async function fillDashboard({ api, gateway, provider }: DashboardGateway): Promise<{ key: string; keyHash: string; teamId: string }> {
  const { team_id: teamId } = await api<{ team_id: string }>('POST', '/team/new', { team_alias: 'Research', max_budget: 50, budget_duration: '30d' });
  await api('POST', '/team/new', { team_alias: 'Product', max_budget: 20 });
  await api('POST', '/user/new', { user_email: 'ann@example.test', user_alias: 'Ann', auto_create_key: false });
  await api('POST', '/budget/new', { budget_id: 'monthly', max_budget: 10, budget_duration: '30d' });
  const made = [];
  for (const [alias, budget] of [['ci', 1], ['notebook', 0.004], ['support-bot', 25], ['evaluation', null]] as const) {
    made.push(await api<{ key: string; token: string }>('POST', '/key/generate', { key_alias: alias, max_budget: budget, team_id: teamId, rpm_limit: alias === 'ci' ? 100 : null }));
  }
  const [first] = made;
  if (!first) throw new Error('No key was made.');
  provider.script = ({ messages }) => (messages.at(-1)?.content.includes('fail') ? { status: 500, message: 'The provider is on fire.' } : [{ text: `You said: ${messages.at(-1)?.content ?? ''}` }]);
  const ask = (model: string, key: string, content: string, user: string): Promise<string> => fetch(`${gateway.url}/v1/chat/completions`, {
    method: 'POST', headers: { 'authorization': `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ model, user, stream: true, messages: [{ role: 'user', content }], metadata: { tags: ['docs'] } }),
  }).then((response) => response.text());
  for (const [index, { key }] of made.entries()) {
    for (const model of ['deepseek', 'claude-opus', 'gpt-mini']) await ask(model, key, `<img src=x onerror=alert(1)> Hello from ${index}`, `customer-${index}`);
  }
  await ask('claude-opus', first.key, 'please fail', 'customer-9');
  // The ledger writes behind the answers.
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await Bun.sleep(100)) {
    const day = new Date().toISOString().slice(0, 10);
    const { total } = await api<{ total: number }>('GET', `/spend/logs/v2?start_date=${day}%2000:00:00&end_date=${day}%2023:59:59&page_size=1`);
    if (total >= 13) break;
  }
  return { key: first.key, keyHash: first.token, teamId };
}

/** Goes to a page of the dashboard and waits until it shows what it has. */
export async function visitPage(page: Page, { gateway }: DashboardGateway, path: string): Promise<void> {
  await page.goto(`${gateway.url}/ui${path}`);
  await page.locator(path.startsWith('/chat') ? '#message' : 'main h1').first().waitFor();
  await page.waitForFunction(() => document.querySelectorAll('.skeleton').length === 0);
}

/** Opens the dashboard and signs in by a key. */
export async function openDashboard(browser: Browser, { gateway }: DashboardGateway, options: BrowserContextOptions & { theme?: string; language?: string; key?: string } = {}): Promise<WatchedPage> {
  const { theme = 'light', language = 'en', key = gateway.key, ...context } = options;
  const watched = await openWatched(browser, 'about:blank', context);
  const { page } = watched;
  await page.context().addInitScript(`localStorage.setItem('weir.theme', '${theme}'); localStorage.setItem('weir.language', '${language}');`);
  await page.goto(`${gateway.url}/ui`);
  await page.locator('input[name=key]').fill(key);
  await page.keyboard.press('Enter');
  await page.locator('.nav').waitFor({ state: 'attached' });
  return watched;
}

/** What tests of the dashboard work with. */
export interface DashboardBench {
  readonly browser: Browser;
  readonly dashboard: DashboardGateway;
  /** What was put into it at the start. */
  readonly filled: Awaited<ReturnType<typeof fillDashboard>>;
  /** What the open page complained about. */
  readonly complaints: string[];
  /** The addresses that it asked for. */
  readonly requested: string[];
  /** Opens the dashboard in a context of its own; the next test finds it closed. */
  open(options?: Parameters<typeof openDashboard>[2]): Promise<Page>;
  /** Goes to a page and waits until it shows what it has. */
  visit(page: Page, path: string): Promise<void>;
}

/** A browser, and one filled gateway for all tests. To be called inside `describe`. */
export function dashboardBench(executablePath: string): DashboardBench {
  let parts: { browser: Browser; dashboard: DashboardGateway; filled: Awaited<ReturnType<typeof fillDashboard>> } | null = null;
  let watched: WatchedPage | null = null;
  const part = <Name extends keyof NonNullable<typeof parts>>(name: Name): NonNullable<typeof parts>[Name] => {
    if (!parts) throw new Error('No test is running.');
    return parts[name];
  };
  beforeAll(async () => {
    buildChatPage();
    const [browser, dashboard] = await Promise.all([launchChromium(executablePath), startDashboardGateway()]);
    parts = { browser, dashboard, filled: await fillDashboard(dashboard) };
  });
  afterAll(async () => {
    await parts?.browser.close();
    await parts?.dashboard.stop();
  });
  afterEach(async () => {
    await watched?.close();
    watched = null;
  });
  return {
    get browser() {
      return part('browser');
    },
    get dashboard() {
      return part('dashboard');
    },
    get filled() {
      return part('filled');
    },
    get complaints() {
      return watched?.complaints ?? [];
    },
    get requested() {
      return watched?.requested ?? [];
    },
    async open(options = {}) {
      watched = await openDashboard(part('browser'), part('dashboard'), options);
      return watched.page;
    },
    visit: (page, path) => visitPage(page, part('dashboard'), path),
  };
}
