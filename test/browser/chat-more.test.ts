// What the chat keeps, takes along and hands out, in a real browser: files, kept prompts, answers that outlive a reload, exports, links;
// and the same chat where the gateway itself serves the page and the browser keeps the conversations.
import { accessibilityViolations } from '../support/accessibility.ts';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { findChromium, launchChromium, openWatched, refuseMissingChromium, type WatchedPage } from '../support/browser.ts';
import { buildChatPage, lastAnswer, say, startTestGateway, startTestWebService, type TestGateway, type TestWebService } from '../support/chat-page.ts';

setDefaultTimeout(60_000);
const chromium = findChromium();
if (chromium === null) refuseMissingChromium();

const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

describe.skipIf(chromium === null)('chat', () => {
  let browser: Browser;
  let gateway: TestGateway;
  let web: TestWebService;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    buildChatPage();
    browser = await launchChromium(chromium ?? '');
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    gateway = await startTestGateway();
    web = startTestWebService(gateway);
    await open(web.service.url);
  });
  afterEach(async () => {
    const { complaints } = watched;
    await watched.close();
    await web.stop();
    await gateway.stop();
    expect(complaints).toEqual([]);
  });

  async function open(url: string): Promise<void> {
    await watched?.close();
    watched = await openWatched(browser, url, {});
    page = watched.page;
    await page.locator('.model-button, input[type=password]').first().waitFor();
  }

  async function expectAccessible(): Promise<void> {
    expect(await accessibilityViolations(page)).toEqual([]);
  }

  test('takes pictures and texts along, shows them, and says which files it does not take', async () => {
    await page.getByTestId('files').setInputFiles([
      { name: 'dot.png', mimeType: 'image/png', buffer: pixel }, { name: 'notes.md', mimeType: '', buffer: Buffer.from('# 水') }, { name: 'a.exe', mimeType: 'application/x-msdownload', buffer: pixel },
    ]);
    await page.getByText('a.exe: models cannot be given this kind of file.').first().waitFor();
    await page.locator('.composer .attachment').nth(1).waitFor();
    await expectAccessible();
    await page.getByRole('button', { name: 'Remove notes.md' }).click();
    await page.getByTestId('files').setInputFiles([{ name: 'notes.md', mimeType: '', buffer: Buffer.from('# 水') }]);
    await page.locator('.composer .attachment').nth(1).waitFor();
    await say(page, 'What is this?');
    await lastAnswer(page);
    expect(gateway.provider.calls[0]?.request.messages.at(-1)?.content as unknown).toEqual([
      { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel.toString('base64')}` } }, { type: 'text', text: 'File notes.md:\n\n```\n# 水\n```' }, { type: 'text', text: 'What is this?' },
    ]);
    await page.reload();
    await page.locator('.turn.user img').waitFor();
    expect(await page.locator('.composer .attachment').count()).toBe(0);
    await page.getByRole('button', { name: 'Edit message' }).click();
    await page.getByRole('textbox', { name: 'Edit your message' }).fill('And now?');
    await page.keyboard.press('Enter');
    await page.locator('.bubble', { hasText: 'And now?' }).waitFor();
    await lastAnswer(page);
    expect(gateway.provider.calls[1]?.request.messages.at(-1)?.content).toHaveLength(3);
  });

  test('an answer that is being written goes on after the page was loaded anew, and can be stopped then', async () => {
    gateway.provider.script = () => [{ text: 'The beginning' }, 'hold', { text: ' and the middle' }, 'hold'];
    await say(page, 'Go on for ever');
    await page.locator('.prose', { hasText: 'The beginning' }).waitFor();
    await page.reload();
    await page.locator('.prose', { hasText: 'The beginning' }).waitFor();
    gateway.provider.release();
    await page.locator('.prose', { hasText: 'The beginning and the middle' }).waitFor();
    await page.getByRole('button', { name: 'Stop the answer' }).click();
    await gateway.provider.calls[0]?.left;
    expect(await lastAnswer(page)).toMatch(/The beginning and the middle[^]*Stopped\./);
    expect(gateway.provider.calls).toHaveLength(1);
  });

  test('system prompts are kept under a name and used again', async () => {
    await page.getByRole('button', { name: 'System prompt' }).click();
    await page.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.');
    await page.getByRole('textbox', { name: 'Name' }).fill('Brief');
    await page.getByRole('button', { name: 'Keep under this name' }).click();
    await page.getByRole('button', { name: 'Use “Brief”' }).waitFor();
    await expectAccessible();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByRole('button', { name: 'System prompt' }).click();
    await page.getByRole('button', { name: 'Use “Brief”' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await say(page, 'Hello');
    await lastAnswer(page);
    expect(gateway.provider.calls[0]?.request.messages[0]).toEqual({ role: 'system', content: 'Be brief.' });
    await page.getByRole('button', { name: 'System prompt (set)' }).click();
    await page.getByRole('button', { name: 'Delete the kept prompt “Brief”' }).click();
    await page.getByRole('button', { name: 'Use “Brief”' }).waitFor({ state: 'detached' });
  });

  test('a structured answer is shown in lines; a conversation is saved as a file', async () => {
    gateway.provider.script = () => [{ text: '{"height":' }, { text: '3.5,"name":"weir"}' }];
    await say(page, 'As JSON, please');
    await lastAnswer(page);
    expect(await page.locator('.turn.assistant pre').innerText()).toContain('"height": 3.5');
    await page.getByRole('button', { name: 'Export and share' }).click();
    await expectAccessible();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Markdown' }).click()]);
    expect(download.suggestedFilename()).toBe('As-JSON-please.md');
  });

  test('a shared link shows the branch without a sign-in, and nothing after it was taken back', async () => {
    await say(page, 'Something to share');
    await lastAnswer(page);
    await page.getByRole('button', { name: 'Export and share' }).click();
    await page.getByRole('button', { name: 'Make a link' }).click();
    const link = await page.getByRole('textbox', { name: 'Link' }).inputValue();
    const other = await browser.newPage();
    await other.goto(link);
    await other.locator('.prose', { hasText: 'You said: Something to share' }).waitFor();
    expect(await other.locator('textarea').count()).toBe(0);
    await page.getByRole('button', { name: 'Stop sharing' }).click();
    await page.getByText('No link to this conversation works any more.').first().waitFor();
    await other.reload();
    await other.getByText('There is nothing to read here').waitFor();
    await other.close();
  });

  test('served by the gateway itself, the browser keeps the conversations', async () => {
    await open(`${gateway.url}/ui/chat`);
    await page.locator('input[type=password]').first().fill(gateway.apiKey);
    await page.keyboard.press('Enter');
    await page.locator('.model-button', { hasText: 'deepseek' }).waitFor();
    await page.getByTestId('files').setInputFiles([{ name: 'dot.png', mimeType: 'image/png', buffer: pixel }]);
    await page.locator('.composer .attachment').waitFor();
    await say(page, 'Kept here');
    expect(await lastAnswer(page)).toContain('You said');
    await page.reload();
    await page.locator('.bubble', { hasText: 'Kept here' }).waitFor();
    await page.locator('.turn.user img').waitFor();
    await page.getByRole('link', { name: 'Kept here' }).waitFor();
    gateway.provider.script = () => [{ text: 'Half' }, 'hold'];
    await say(page, 'Stop me');
    await page.locator('.prose', { hasText: 'Half' }).waitFor();
    await page.getByRole('button', { name: 'Stop the answer' }).click();
    await gateway.provider.calls.at(-1)?.left;
    expect(await lastAnswer(page)).toContain('Stopped.');
    await page.getByRole('button', { name: 'Delete “Kept here”' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('link', { name: 'Kept here' }).waitFor();
  });
});
