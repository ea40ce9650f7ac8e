// The chat page in a real browser, in front of the real web service, the real gateway and a small real model: nothing in between is a mock.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { buildChatPage, lastAnswer, say, startTestWebService, type TestWebService } from '../support/chat-page.ts';
import { findChromium, launchChromium, openWatched, refuseMissingChromium, type WatchedPage } from '../support/browser.ts';
import { parse } from 'yaml';
import { projectRoot, startGateway, type GatewayProcess } from '../support/gateway.ts';
import { startRealModel, type RealModel } from '../support/real-model.ts';
import type { Browser } from 'playwright-core';

// A slow machine may need a while for a real answer.
setDefaultTimeout(180_000);
const chromium = findChromium();
if (chromium === null) refuseMissingChromium();
const real: RealModel | null = await startRealModel();

describe.skipIf(chromium === null || real === null)('chat page on a real model', () => {
  let browser: Browser;
  let gateway: GatewayProcess;
  let web: TestWebService;
  let watched: WatchedPage;

  beforeAll(async () => {
    buildChatPage();
    browser = await launchChromium(chromium ?? '');
    // The configuration of `./start.sh --local-model`; the model says the same each time, and little enough for a busy machine.
    const config = parse(await Bun.file(`${projectRoot}config/local.yaml`).text()) as { model_list: { litellm_params: Record<string, unknown> }[] };
    Object.assign(config.model_list[0]?.litellm_params ?? {}, { temperature: 0, seed: 1, max_tokens: 24 });
    gateway = await startGateway(JSON.stringify(config), { environment: { LOCAL_MODEL_URL: real?.url ?? '' } });
    web = startTestWebService({ url: gateway.url, apiKey: gateway.key });
    watched = await openWatched(browser, web.service.url, {});
    watched.page.setDefaultTimeout(120_000);
    await watched.page.locator('.model-button').waitFor();
  });
  afterAll(async () => {
    await watched?.close();
    await web?.stop();
    await gateway?.stop();
    await real?.stop();
    await browser?.close();
  });

  // What the model said, without the page's own words.
  const answerText = async (): Promise<string> => {
    await lastAnswer(watched.page);
    return watched.page.locator('.turn.assistant .prose').last().innerText();
  };

  test('a question is answered, and the next one knows the conversation', async () => {
    const { page } = watched;
    await page.locator('.model-button').click();
    await page.getByRole('option', { name: 'local' }).or(page.getByRole('menuitemradio', { name: 'local' })).first().click();
    await say(page, 'What is the capital of France?');
    expect((await answerText()).length).toBeGreaterThan(5);
    expect(await page.locator('.turn.assistant .meter').last().innerText()).toMatch(/\d+ in · \d+ out/);
    // The gateway writes its log lines together, a moment after the answer.
    const asked = (): boolean => gateway.output().split('\n').some((line) => line.includes('/chat/completions') && line.includes('"local"'));
    for (const deadline = Date.now() + 10_000; !asked() && Date.now() < deadline;) await Bun.sleep(20);
    expect(asked(), gateway.output()).toBe(true);
    await say(page, 'Say that again.');
    await page.locator('.turn.assistant').nth(1).waitFor();
    expect((await answerText()).length).toBeGreaterThan(5);
    expect(watched.complaints).toEqual([]);
    expect(watched.received.join('\n')).not.toContain(gateway.key);
  });
});
