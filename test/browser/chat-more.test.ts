// What the chat keeps, takes along and hands out, in a real browser: files, kept prompts, answers that outlive a reload, exports, links;
// and the same chat where the gateway itself serves the page and the browser keeps the conversations.
import { accessibilityViolations } from '../support/accessibility.ts';
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { findChromium, refuseMissingChromium } from '../support/browser.ts';
import { chatBench, lastAnswer, say } from '../support/chat-page.ts';

setDefaultTimeout(60_000);
const chromium = findChromium();
if (chromium === null) refuseMissingChromium();

const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

describe.skipIf(chromium === null)('chat', () => {
  const bench = chatBench(chromium ?? '');
  const open = (url: string): Promise<void> => bench.open(url);

  async function expectAccessible(): Promise<void> {
    expect(await accessibilityViolations(bench.page)).toEqual([]);
  }

  test('takes pictures and texts along, shows them, and says which files it does not take', async () => {
    await bench.page.getByTestId('files').setInputFiles([
      { name: 'dot.png', mimeType: 'image/png', buffer: pixel }, { name: 'notes.md', mimeType: '', buffer: Buffer.from('# 水') }, { name: 'a.exe', mimeType: 'application/x-msdownload', buffer: pixel },
    ]);
    await bench.page.getByText('a.exe: models cannot be given this kind of file.').first().waitFor();
    await bench.page.locator('.composer .attachment').nth(1).waitFor();
    await expectAccessible();
    await bench.page.getByRole('button', { name: 'Remove notes.md' }).click();
    await bench.page.getByTestId('files').setInputFiles([{ name: 'notes.md', mimeType: '', buffer: Buffer.from('# 水') }]);
    await bench.page.locator('.composer .attachment').nth(1).waitFor();
    await say(bench.page, 'What is this?');
    await lastAnswer(bench.page);
    expect(bench.gateway.provider.calls[0]?.request.messages.at(-1)?.content as unknown).toEqual([
      { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel.toString('base64')}` } }, { type: 'text', text: 'File notes.md:\n\n```\n# 水\n```' }, { type: 'text', text: 'What is this?' },
    ]);
    await bench.page.reload();
    await bench.page.locator('.turn.user img').waitFor();
    expect(await bench.page.locator('.composer .attachment').count()).toBe(0);
    await bench.page.getByRole('button', { name: 'Edit message' }).click();
    await bench.page.getByRole('textbox', { name: 'Edit your message' }).fill('And now?');
    await bench.page.keyboard.press('Enter');
    await bench.page.locator('.bubble', { hasText: 'And now?' }).waitFor();
    await lastAnswer(bench.page);
    expect(bench.gateway.provider.calls[1]?.request.messages.at(-1)?.content).toHaveLength(3);
  });

  test('an answer that is being written goes on after the page was loaded anew, and can be stopped then', async () => {
    bench.gateway.provider.script = () => [{ text: 'The beginning' }, 'hold', { text: ' and the middle' }, 'hold'];
    await say(bench.page, 'Go on for ever');
    await bench.page.locator('.prose', { hasText: 'The beginning' }).waitFor();
    await bench.page.reload();
    await bench.page.locator('.prose', { hasText: 'The beginning' }).waitFor();
    bench.gateway.provider.release();
    await bench.page.locator('.prose', { hasText: 'The beginning and the middle' }).waitFor();
    await bench.page.getByRole('button', { name: 'Stop the answer' }).click();
    await bench.gateway.provider.calls[0]?.left;
    expect(await lastAnswer(bench.page)).toMatch(/The beginning and the middle[^]*Stopped\./);
    expect(bench.gateway.provider.calls).toHaveLength(1);
  });

  test('system prompts are kept under a name and used again', async () => {
    await bench.page.getByRole('button', { name: 'System prompt' }).click();
    await bench.page.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.');
    await bench.page.getByRole('textbox', { name: 'Name' }).fill('Brief');
    await bench.page.getByRole('button', { name: 'Keep under this name' }).click();
    await bench.page.getByRole('button', { name: 'Use “Brief”' }).waitFor();
    await expectAccessible();
    await bench.page.keyboard.press('Escape');
    await bench.page.reload();
    await bench.page.getByRole('button', { name: 'System prompt' }).click();
    await bench.page.getByRole('button', { name: 'Use “Brief”' }).click();
    await bench.page.getByRole('button', { name: 'Save', exact: true }).click();
    await say(bench.page, 'Hello');
    await lastAnswer(bench.page);
    expect(bench.gateway.provider.calls[0]?.request.messages[0]).toEqual({ role: 'system', content: 'Be brief.' });
    await bench.page.getByRole('button', { name: 'System prompt (set)' }).click();
    await bench.page.getByRole('button', { name: 'Delete the kept prompt “Brief”' }).click();
    await bench.page.getByRole('button', { name: 'Use “Brief”' }).waitFor({ state: 'detached' });
  });

  test('a structured answer is shown in lines; a conversation is saved as a file', async () => {
    bench.gateway.provider.script = () => [{ text: '{"height":' }, { text: '3.5,"name":"weir"}' }];
    await say(bench.page, 'As JSON, please');
    await lastAnswer(bench.page);
    expect(await bench.page.locator('.turn.assistant pre').innerText()).toContain('"height": 3.5');
    await bench.page.getByRole('button', { name: 'Export and share' }).click();
    await expectAccessible();
    const [download] = await Promise.all([bench.page.waitForEvent('download'), bench.page.getByRole('button', { name: 'Markdown' }).click()]);
    expect(download.suggestedFilename()).toBe('As-JSON-please.md');
  });

  test('a shared link shows the branch without a sign-in, and nothing after it was taken back', async () => {
    await say(bench.page, 'Something to share');
    await lastAnswer(bench.page);
    await bench.page.getByRole('button', { name: 'Export and share' }).click();
    await bench.page.getByRole('button', { name: 'Make a link' }).click();
    const link = await bench.page.getByRole('textbox', { name: 'Link' }).inputValue();
    const other = await bench.browser.newPage();
    await other.goto(link);
    await other.locator('.prose', { hasText: 'You said: Something to share' }).waitFor();
    expect(await other.locator('textarea').count()).toBe(0);
    await bench.page.getByRole('button', { name: 'Stop sharing' }).click();
    await bench.page.getByText('No link to this conversation works any more.').first().waitFor();
    await other.reload();
    await other.getByText('There is nothing to read here').waitFor();
    await other.close();
  });

  test('served by the gateway itself, the browser keeps the conversations', async () => {
    await open(`${bench.gateway.url}/ui/chat`);
    await bench.page.locator('input[type=password]').first().fill(bench.gateway.apiKey);
    await bench.page.keyboard.press('Enter');
    await bench.page.locator('.model-button', { hasText: 'deepseek' }).waitFor();
    await bench.page.getByTestId('files').setInputFiles([{ name: 'dot.png', mimeType: 'image/png', buffer: pixel }]);
    await bench.page.locator('.composer .attachment').waitFor();
    await say(bench.page, 'Kept here');
    expect(await lastAnswer(bench.page)).toContain('You said');
    await bench.page.reload();
    await bench.page.locator('.bubble', { hasText: 'Kept here' }).waitFor();
    await bench.page.locator('.turn.user img').waitFor();
    await bench.page.getByRole('link', { name: 'Kept here' }).waitFor();
    bench.gateway.provider.script = () => [{ text: 'Half' }, 'hold'];
    await say(bench.page, 'Stop me');
    await bench.page.locator('.prose', { hasText: 'Half' }).waitFor();
    await bench.page.getByRole('button', { name: 'Stop the answer' }).click();
    await bench.gateway.provider.calls.at(-1)?.left;
    expect(await lastAnswer(bench.page)).toContain('Stopped.');
    await bench.page.getByRole('button', { name: 'Delete “Kept here”' }).focus();
    await bench.page.keyboard.press('Enter');
    await bench.page.getByRole('button', { name: 'Undo' }).click();
    await bench.page.getByRole('link', { name: 'Kept here' }).waitFor();
  });
});
