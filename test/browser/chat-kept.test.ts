// The chat where the gateway itself serves the page and has a database: conversations belong to people, on all their devices, and to nobody else; those
// that a browser kept before go along.
import { accessibilityViolations } from '../support/accessibility.ts';
import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { Browser, Page } from 'playwright-core';
import { buildChatPage, lastAnswer, say } from '../support/chat-page.ts';
import { findChromium, launchChromium, refuseMissingChromium } from '../support/browser.ts';
import { startGateway, type GatewayProcess } from '../support/gateway.ts';
import { startScriptedProvider, type ScriptedProvider } from '../support/scripted-provider.ts';

setDefaultTimeout(90_000);
const chromium = findChromium();
if (chromium === null) refuseMissingChromium();
const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');

describe.skipIf(chromium === null)('conversations in the database of the gateway', () => {
  let browser: Browser;
  let provider: ScriptedProvider;
  let gateway: GatewayProcess;
  const folder = mkdtempSync(`${tmpdir()}/weir-kept-`);
  const config = (): string => `model_list:\n  - {model_name: deepseek, litellm_params: {model: openai/deepseek, api_base: ${provider.url}/v1, api_key: sk-key-of-the-provider}}\nrouter_settings: {num_retries: 0}\n`;

  beforeAll(async () => {
    buildChatPage();
    browser = await launchChromium(chromium ?? '');
    provider = startScriptedProvider({ apiKey: 'sk-key-of-the-provider' });
    gateway = await startGateway(config(), { arguments: ['--data', folder] });
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
    await provider?.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
  });

  async function open(key = gateway.key, context?: Awaited<ReturnType<Browser['newContext']>>): Promise<Page> {
    const page = await (context ?? await browser.newContext({ locale: 'en-US', viewport: { width: 1200, height: 800 } })).newPage();
    page.setDefaultTimeout(15_000);
    await page.goto(`${gateway.url}/ui/chat`);
    await page.locator('input[type=password], .model-button').first().waitFor();
    if (await page.locator('input[type=password]').count() > 0) {
      await page.locator('input[type=password]').first().fill(key);
      await page.keyboard.press('Enter');
    }
    await page.locator('.model-button', { hasText: 'deepseek' }).waitFor();
    return page;
  }
  const api = async <Answer>(path: string, body: object): Promise<Answer> => (await fetch(gateway.url + path, { method: 'POST', headers: { 'authorization': `Bearer ${gateway.key}`, 'content-type': 'application/json' }, body: JSON.stringify(body) })).json() as Promise<Answer>;

  test('are there on another device, with their files, are found by what was said, and are nobody else’s', async () => {
    const page = await open();
    await page.getByTestId('files').setInputFiles([{ name: 'dot.png', mimeType: 'image/png', buffer: pixel }]);
    await page.locator('.composer .attachment').waitFor();
    await say(page, 'About weirs');
    expect(await lastAnswer(page)).toContain('You said:');
    expect(await accessibilityViolations(page)).toEqual([]);
    const other = await open();
    await other.getByRole('link', { name: 'About weirs' }).click();
    await other.locator('.bubble', { hasText: 'About weirs' }).waitFor();
    await other.locator('.turn.user img').waitFor();
    await say(other, 'And dams?');
    await lastAnswer(other);
    await page.reload();
    await page.locator('.bubble', { hasText: 'And dams?' }).waitFor();
    await page.getByPlaceholder('Search conversations').fill('DAMS');
    await page.getByRole('link', { name: 'About weirs' }).waitFor();
    await page.getByPlaceholder('Search conversations').fill('nowhere');
    await page.getByText('Nothing found').waitFor();
    const { key } = await api<{ key: string }>('/key/generate', {});
    const stranger = await open(key);
    await stranger.getByText('Your conversations will appear here.').waitFor();
    await stranger.goto(page.url());
    await stranger.getByText('This conversation does not exist, or was deleted.').waitFor();
    expect(await stranger.getByText('About weirs').count()).toBe(0);
  });

  test('an answer that a reload broke off says so, and is gone on with where it ends', async () => {
    const page = await open();
    provider.script = ({ messages }) => (messages.at(-2)?.role === 'assistant' ? [{ text: ' and here is the end.' }] : [{ text: 'Here is the beginning' }, { waitMs: 1_200 }, { text: ',' }, 'hold']);
    const kept = page.waitForResponse((response) => response.request().method() === 'PUT' && (response.request().postData() ?? '').includes('Here is the beginning,'));
    await say(page, 'Tell me a long story');
    await kept;
    await page.reload();
    await page.getByText('The page was closed before the answer was complete.').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Continue', exact: true }).click();
    await page.locator('.prose', { hasText: 'Here is the beginning, and here is the end.' }).waitFor();
    await page.getByText('2/2').or(page.getByText('2 / 2')).first().waitFor();
    provider.script = ({ messages }) => [{ text: `You said: ${messages.at(-1)?.content ?? ''}` }];
  });

  test('a link shows a branch to somebody who is not signed in, until it is taken back', async () => {
    const page = await open();
    await say(page, 'Something to share');
    await lastAnswer(page);
    await page.getByRole('button', { name: 'Export and share' }).click();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
    const other = await (await browser.newContext({ locale: 'en-US' })).newPage();
    await other.goto(link);
    await other.locator('.prose', { hasText: 'You said: Something to share' }).waitFor();
    await page.getByRole('button', { name: 'Stop sharing' }).click();
    await page.getByText('No link to this conversation works any more.').first().waitFor();
    await other.reload();
    await other.getByText('There is nothing to read here').waitFor();
  });

  test('the gateway goes away in the middle: what was typed and said stays, and is kept when it is back', async () => {
    const page = await open();
    await say(page, 'Before it goes');
    await lastAnswer(page);
    await gateway.stop();
    await page.locator('#message').fill('Typed meanwhile');
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await page.getByText(/not reachable/).first().waitFor({ timeout: 40_000 });
    gateway = await startGateway(config(), { arguments: ['--data', folder], port: gateway.port });
    await page.getByText('Connected again.').first().waitFor({ timeout: 40_000 });
    expect(await page.locator('#message').inputValue()).toBe('Typed meanwhile');
    await page.locator('#message').press('Enter');
    await page.locator('.prose', { hasText: 'You said: Typed meanwhile' }).waitFor();
    const other = await open();
    await other.getByRole('link', { name: 'Before it goes' }).click();
    await other.locator('.prose', { hasText: 'You said: Typed meanwhile' }).waitFor();
  });

  test('conversations that the browser kept without a database are offered, and brought over with their files', async () => {
    const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1200, height: 800 } });
    await gateway.stop();
    gateway = await startGateway(config(), { port: gateway.port });
    const before = await open(gateway.key, context);
    await before.getByTestId('files').setInputFiles([{ name: 'dot.png', mimeType: 'image/png', buffer: pixel }]);
    await before.locator('.composer .attachment').waitFor();
    await say(before, 'From the browser');
    await lastAnswer(before);
    await before.close();
    await gateway.stop();
    gateway = await startGateway(config(), { arguments: ['--data', folder], port: gateway.port });
    const page = await open(gateway.key, context);
    await page.getByText('One conversation is only in this browser.').waitFor();
    expect(await page.getByRole('link', { name: 'From the browser' }).count()).toBe(0);
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Bring over' }).click();
    await page.getByText('One conversation was brought over.').first().waitFor();
    const other = await open();
    await other.getByRole('link', { name: 'From the browser' }).click();
    await other.locator('.turn.user img').waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'From the browser' }).waitFor();
    expect(await page.getByText('only in this browser').count()).toBe(0);
  });
});
