// The sign-in page where the configuration leaves the identity provider only: it leads there by itself, and comes back to where a key can be typed.
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Browser } from 'playwright-core';
import { buildChatPage } from '../support/chat-page.ts';
import { findChromium, launchChromium, openWatched, refuseMissingChromium } from '../support/browser.ts';
import { startGateway } from '../support/gateway.ts';

setDefaultTimeout(120_000);
const chromium = findChromium();
if (chromium === null) refuseMissingChromium();

describe.skipIf(chromium === null)('the sign-in page', () => {
  let browser: Browser;
  beforeAll(async () => {
    buildChatPage();
    browser = await launchChromium(chromium ?? '');
  });
  afterAll(() => browser?.close());

  test('auto_redirect_ui_login_to_sso and disable_password_login_when_sso_enabled', async () => {
    const provider = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response('<h1>The identity provider</h1>', { headers: { 'content-type': 'text/html' } }) });
    const at = `http://127.0.0.1:${provider.port}`;
    const gateway = await startGateway('model_list: []\ngeneral_settings:\n  auto_redirect_ui_login_to_sso: true\n  disable_password_login_when_sso_enabled: true\n', {
      environment: { GENERIC_CLIENT_ID: 'weir', GENERIC_CLIENT_SECRET: 'secret', GENERIC_AUTHORIZATION_ENDPOINT: `${at}/authorize`, GENERIC_TOKEN_ENDPOINT: `${at}/token`, GENERIC_USERINFO_ENDPOINT: `${at}/userinfo` },
    });
    const { page, close } = await openWatched(browser, `${gateway.url}/ui/`);
    await page.getByRole('heading', { name: 'The identity provider' }).waitFor();
    await page.goto(`${gateway.url}/ui/?sign_in=here`);
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor();
    expect(await page.getByRole('group', { name: 'How to sign in' }).count()).toBe(0);
    await page.locator('input[name=key]').fill(gateway.key);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'Home' }).waitFor();
    await close();
    await gateway.stop();
    await provider.stop(true);
  });
});
