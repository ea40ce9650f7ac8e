// The dashboard when there is nothing yet, and when the gateway or its database goes away while somebody looks: every page says so, keeps what was typed,
// and goes on by itself.
import { accessibilityViolations } from '../support/accessibility.ts';
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import type { Browser, Page } from 'playwright-core';
import { buildChatPage } from '../support/chat-page.ts';
import { fillDashboard, openDashboard, startDashboardGateway, visitPage } from '../support/dashboard.ts';
import { findChromium, launchChromium, refuseMissingChromium } from '../support/browser.ts';
import { startPostgres } from '../support/postgres.ts';

setDefaultTimeout(180_000);
const chromium = findChromium();
if (chromium === null) refuseMissingChromium();

const pages = [
  ['/', 'Home'], ['/playground', 'Playground'], ['/setup', 'Client setup'], ['/mine', 'My keys and usage'], ['/models', 'Models'], ['/providers', 'Providers'], ['/routing', 'Routing'], ['/prices', 'Prices'], ['/keys', 'Keys'],
  ['/teams', 'Teams and people'], ['/budgets', 'Budgets and limits'], ['/logs', 'Logs'], ['/usage', 'Usage'], ['/alerts', 'Alerts'], ['/configuration', 'Configuration'], ['/audit', 'Audit log'], ['/system', 'System'],
] as const;

describe.skipIf(chromium === null)('the dashboard', () => {
  let browser: Browser;
  beforeAll(async () => {
    buildChatPage();
    browser = await launchChromium(chromium ?? '');
  });
  afterAll(() => browser?.close());

  const hint = (page: Page): Promise<unknown> => page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));

  test('says on every page what is not there yet', async () => {
    const dashboard = await startDashboardGateway({ empty: true });
    const watched = await openDashboard(browser, dashboard);
    const wrong: string[] = [];
    for (const [path, heading] of pages) {
      await visitPage(watched.page, dashboard, path);
      await watched.page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      wrong.push(...[...await accessibilityViolations(watched.page), ...watched.complaints.splice(0)].map((each) => `${path} ${each}`));
      if (await watched.page.getByRole('alert').count() > 0) wrong.push(`${path} says: ${await watched.page.getByRole('alert').first().innerText()}`);
    }
    expect(wrong).toEqual([]);
    await watched.close();
    await dashboard.stop();
  });

  test('every page stays whole while the gateway is away, also one that is opened then, and shows what there is when it is back', async () => {
    const dashboard = await startDashboardGateway();
    await fillDashboard(dashboard);
    const { page, close } = await openDashboard(browser, dashboard, { viewport: { width: 1360, height: 900 } });
    const goTo = async (heading: string): Promise<void> => {
      await page.getByRole('link', { name: heading, exact: true }).first().click();
      await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
    };
    // What was never looked at was never loaded; that is the case of the last page below.
    for (const [path, heading] of pages) if (path !== '/system') await goTo(heading);
    await goTo('Keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Not lost');
    await dashboard.gateway.stop();
    await hint(page);
    await page.locator('.connection-banner').waitFor({ state: 'attached', timeout: 40_000 });
    await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('dialog').getByText('cannot be reached').first().waitFor();
    expect(await page.getByRole('dialog').getByLabel('Name').inputValue()).toBe('Not lost');
    await page.keyboard.press('Escape');
    for (const [path, heading] of pages) {
      if (path === '/system') continue;
      await goTo(heading);
      await page.locator('.connection-banner').waitFor();
      expect([path, await page.locator('main').count()]).toEqual([path, 1]);
    }
    expect(await accessibilityViolations(page)).toEqual([]);
    // Its script was never loaded: the frame stays, and the page comes with the gateway.
    await page.getByRole('link', { name: 'System', exact: true }).first().click();
    await page.locator('.connection-banner').waitFor();
    await dashboard.restart();
    await page.getByText('The gateway is back.').waitFor({ timeout: 40_000 });
    await page.getByText('Instances').first().waitFor();
    await goTo('Logs');
    await page.locator('tbody tr').first().waitFor();
    await close();
    await dashboard.stop();
  });

  test('says that the database is away, keeps what was typed, and goes on when it is back', async () => {
    const postgres = await startPostgres();
    const dashboard = await startDashboardGateway({ databaseUrl: await postgres.newDatabase() });
    await fillDashboard(dashboard);
    const { page, close } = await openDashboard(browser, dashboard);
    await visitPage(page, dashboard, '/keys');
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Not lost');
    await postgres.stop();
    await hint(page);
    await page.locator('.connection-banner', { hasText: 'The database of the gateway cannot be reached.' }).waitFor({ state: 'attached', timeout: 60_000 });
    await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('dialog').getByRole('alert').first().waitFor({ timeout: 30_000 });
    expect(await page.getByRole('dialog').getByLabel('Name').inputValue()).toBe('Not lost');
    await postgres.start();
    await page.getByText('The database is back.').waitFor({ timeout: 60_000 });
    await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByRole('dialog', { name: 'The key is made' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: /Not lost/ }).waitFor();
    await close();
    await dashboard.stop();
    await postgres.end();
  });
});
