// The dashboard in a real browser, on the real gateway with a database: every page in both languages and themes, by keyboard, on a phone.
import { accessibilityViolations } from '../support/accessibility.ts';
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test';
import { mkdirSync } from 'node:fs';
import { dashboardBench, openDashboard, startDashboardGateway } from '../support/dashboard.ts';
import { findChromium, launchChromium, refuseMissingChromium, type WatchedPage } from '../support/browser.ts';
import { projectRoot } from '../support/gateway.ts';

setDefaultTimeout(90_000);
const chromium = findChromium();
if (chromium === null) refuseMissingChromium();

const paths = ['/', '/chat', '/playground', '/setup', '/mine', '/models', '/providers', '/routing', '/prices', '/keys', '/teams', '/budgets', '/logs', '/usage', '/alerts', '/configuration', '/audit', '/system'];
const images = process.env['WEIR_SCREENSHOTS'] === '1' ? `${projectRoot}docs/images` : null;

describe.skipIf(chromium === null)('dashboard', () => {
  const bench = dashboardBench(chromium ?? '');
  beforeAll(() => {
    if (images) mkdirSync(images, { recursive: true });
  });
  const { open, visit } = bench;
  const violations = accessibilityViolations;

  describe.each([['en', 'light'], ['zh', 'dark']] as const)('in %s and %s', (language, theme) => {
    let reader: WatchedPage;

    beforeAll(async () => {
      reader = await openDashboard(bench.browser, bench.dashboard, { language, theme, viewport: { width: 1360, height: 900 } });
    });
    afterAll(async () => {
      expect(reader.received.join('\n')).not.toContain(bench.dashboard.gateway.key);
      await reader.close();
    });

    // One test for each page: a slow machine needs seconds for each.
    test.each(paths)('%s is whole, accessible, and says nothing to the console', async (path) => {
      const { page } = reader;
      await visit(page, path);
      const wrong = [...await violations(page), ...reader.complaints.splice(0)];
      if (await page.getByRole('alert').count() > 0) wrong.push(`says: ${await page.getByRole('alert').first().innerText()}`);
      if (language === 'zh' && !/\p{Script=Han}/u.test(await page.locator('main').innerText())) wrong.push('is not in Chinese');
      if (images) await page.screenshot({ path: `${images}/${path === '/' ? 'home' : path.slice(1)}${language === 'zh' ? '-zh-dark' : ''}.png` });
      expect(wrong).toEqual([]);
    });
  });

  test('every page fits a phone, and the menu leads everywhere', async () => {
    const page = await open({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    const wide: string[] = [];
    for (const path of paths) {
      await visit(page, path);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (overflow > 0) wide.push(`${path} is ${overflow} px too wide`);
      if (images && ['/', '/logs'].includes(path)) await page.screenshot({ path: `${images}/${path === '/' ? 'home' : 'logs'}-phone.png` });
    }
    expect(wide).toEqual([]);
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await page.getByRole('heading', { name: 'Keys' }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(bench.complaints).toEqual([]);
  });

  test('a key is made, found, changed, blocked, taken back and deleted by keyboard alone', async () => {
    const page = await open();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Search and commands' }).waitFor();
    await page.keyboard.type('make a key');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'New key' }).waitFor();
    await page.keyboard.type('by keyboard');
    await page.keyboard.press('Enter');
    const made = page.getByRole('dialog', { name: 'The key is made' });
    await made.waitFor();
    expect(await made.locator('code').innerText()).toMatch(/^sk-/);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: /by keyboard/ }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('by keyb');
    await page.getByRole('link', { name: /notebook/ }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: /by keyboard/ }).focus();
    await page.keyboard.press('Enter');
    const sheet = page.getByRole('dialog', { name: 'by keyboard' });
    await sheet.waitFor();
    expect(await violations(page)).toEqual([]);
    for (const tab of ['As YAML', 'As API call']) {
      await sheet.getByRole('tab', { selected: true }).focus();
      await page.keyboard.press('ArrowRight');
      await sheet.getByRole('tab', { name: tab, selected: true }).waitFor();
      await sheet.locator('pre').filter({ hasText: tab === 'As YAML' ? 'key_alias: by keyboard' : '/key/generate' }).waitFor();
    }
    await sheet.getByRole('button', { name: 'Block' }).press('Enter');
    await sheet.getByRole('button', { name: 'Unblock' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Undo' }).press('Enter');
    await page.locator('tr', { hasText: 'by keyboard' }).getByText('Active').waitFor();
    await page.getByRole('link', { name: /by keyboard/ }).press('Enter');
    await sheet.getByRole('button', { name: 'Delete' }).press('Enter');
    await page.getByRole('dialog', { name: 'Delete this key?' }).getByRole('button', { name: 'Delete' }).press('Enter');
    await page.getByText('No key fits.').waitFor();
    expect(bench.complaints).toEqual([]);
  });

  test('a form refuses at the field what the API would refuse', async () => {
    const page = await open();
    await visit(page, '/keys?new=1');
    await page.getByLabel('Budget in US dollars').fill('much');
    await page.getByLabel('Requests per minute').fill('1.5');
    await page.getByRole('button', { name: 'Create', exact: true }).click();
    await page.getByText('Expected a number of at least 0.').waitFor();
    await page.getByText('Expected a whole number of at least 1.').waitFor();
    expect(await page.getByLabel('Budget in US dollars').getAttribute('aria-invalid')).toBe('true');
  });

  test('a failed request is found in three clicks, with its attempts, its cost and what was said; what was said is never run', async () => {
    const page = await open();
    await page.getByRole('link', { name: /^Failed/ }).click();
    await page.locator('tbody a.row-link').first().click();
    const sheet = page.getByRole('dialog');
    await sheet.getByText('The provider is on fire.').first().waitFor();
    await sheet.getByText('What happened').waitFor();
    expect(await violations(page)).toEqual([]);
    if (images) await page.screenshot({ path: `${images}/log-detail.png` });
    await page.keyboard.press('Escape');
    await page.getByLabel('Status').selectOption('success');
    await page.locator('tbody a.row-link').first().click();
    await sheet.getByRole('tab', { name: 'Messages' }).click();
    await sheet.locator('.message', { hasText: '<img src=x onerror=alert(1)> Hello' }).first().waitFor();
    expect(await page.locator('main img, dialog img').count()).toBe(0);
    await sheet.getByRole('link', { name: 'Open in the playground' }).click();
    await page.getByText('Filled in from a logged request.').waitFor();
    expect(bench.complaints).toEqual([]);
  });

  test('charts lead to the logs, and scope and time range go along', async () => {
    const page = await open();
    await visit(page, `/usage?range=30d&team=${bench.filled.teamId}`);
    await page.locator('svg.chart a').first().click();
    await page.getByRole('heading', { name: 'Logs' }).waitFor();
    expect(page.url()).toContain(`team=${bench.filled.teamId}`);
    expect(page.url()).toMatch(/from=.*to=/);
    await page.locator('tbody tr').first().waitFor();
    await visit(page, '/usage?range=30d');
    await page.getByRole('link', { name: 'Models', exact: true }).click();
    expect(page.url()).toContain('range=30d');
  });

  test('the playground compares models, and tells what it would be as code', async () => {
    const page = await open();
    await visit(page, '/playground');
    await page.getByRole('button', { name: 'Compare with another model' }).click();
    await page.getByLabel('Message').fill('What is a weir?');
    await page.keyboard.press('Control+Enter');
    expect(await page.locator('.run').count()).toBe(2);
    for (const index of [0, 1]) await page.locator('.run').nth(index).getByText('You said: What is a weir?').waitFor();
    await page.locator('.run-meter', { hasText: '1,234 in, 56 out' }).nth(1).waitFor();
    await page.getByRole('tab', { name: 'Python' }).click();
    await page.locator('pre', { hasText: 'client.chat.completions.create' }).waitFor();
    if (images) await page.screenshot({ path: `${images}/playground-compare.png` });
    expect(bench.complaints).toEqual([]);
  });

  test('the configuration shows no secret, is checked, and changes after a look at the difference', async () => {
    const page = await open();
    await visit(page, '/configuration');
    const editor = page.getByLabel('Configuration as YAML');
    const text = await editor.inputValue();
    expect(text).toContain('kept-secret-');
    expect(text).not.toContain('sk-key-of-the-provider');
    await editor.fill(`${text}router_settngs: {}\n`);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.locator('.problem').first().waitFor();
    await editor.fill(text.replace('num_retries: 0', 'num_retries: 1'));
    await page.getByRole('button', { name: 'Review and apply' }).click();
    await page.locator('.diff [data-kind=added]', { hasText: 'num_retries: 1' }).waitFor();
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByText('in force within a second').waitFor();
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('button', { name: 'Compared with the present one' }).first().waitFor();
    await page.getByRole('tab', { name: 'All settings' }).click();
    await page.getByRole('searchbox', { name: 'Search' }).fill('router_settings.num_retries');
    await page.locator('tr', { hasText: 'router_settings.num_retries' }).getByText('File').waitFor();
    expect(await violations(page)).toEqual([]);
    const asked = await bench.dashboard.api<{ answer: { deployment_id: string } | null; retries: number }>('POST', '/router/explain', { model: 'deepseek', messages: [{ role: 'user', content: 'x' }] });
    expect(asked.answer).not.toBeNull();
    expect(bench.complaints).toEqual([]);
  });

  test('an invited person sets a password, sees only what is theirs, and is out when deleted', async () => {
    const page = await open();
    await visit(page, '/teams?view=people&new=person');
    await page.getByLabel('E-mail address').fill('bo@example.test');
    await page.getByRole('dialog').getByRole('button', { name: 'Invite somebody' }).click();
    const link = await page.getByRole('dialog').locator('code').innerText();
    await page.keyboard.press('Escape');
    const other = await bench.browser.newContext({ locale: 'en-US' });
    const guest = await other.newPage();
    guest.setDefaultTimeout(10_000);
    await guest.goto(link);
    await guest.getByLabel('New password').fill('short');
    await guest.keyboard.press('Enter');
    await guest.getByText('A password has at least 12 characters.').waitFor();
    await guest.getByLabel('New password').fill('correct horse battery');
    await guest.keyboard.press('Enter');
    await guest.getByRole('link', { name: 'My keys and usage' }).waitFor();
    expect(await guest.getByRole('link', { name: 'Configuration' }).count()).toBe(0);
    for (const path of ['/', '/mine', '/models', '/usage', '/logs', '/setup']) {
      await guest.goto(`${bench.dashboard.gateway.url}/ui${path}`);
      await guest.locator('main h1').waitFor();
      expect(`${path} ${(await accessibilityViolations(guest)).join()}`).toBe(`${path} `);
    }
    const { users } = await bench.dashboard.api<{ users: { user_id: string; user_email: string | null }[] }>('GET', '/user/list');
    await bench.dashboard.api('POST', '/user/delete', { user_ids: users.filter(({ user_email: email }) => email === 'bo@example.test').map(({ user_id: id }) => id) });
    await guest.goto(`${bench.dashboard.gateway.url}/ui/`);
    await guest.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.close();
  });

  test('the gateway goes away and comes back: the page says so, keeps what was typed, and goes on', async () => {
    const page = await open();
    await visit(page, '/playground');
    await page.getByLabel('Message').fill('Not lost');
    await bench.dashboard.gateway.stop();
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await page.getByText('The gateway cannot be reached.').first().waitFor({ timeout: 30_000 });
    await bench.dashboard.restart();
    await page.getByText('The gateway is back.').waitFor({ timeout: 30_000 });
    expect(await page.getByLabel('Message').inputValue()).toBe('Not lost');
    await page.getByRole('link', { name: 'Keys', exact: true }).click();
    await page.getByRole('link', { name: /notebook/ }).waitFor();
  });

  test('lists tell rows apart: exact times, whole names, the state of deployments first', async () => {
    const page = await open({ viewport: { width: 1360, height: 900 } });
    await visit(page, '/logs');
    expect(await page.locator('tbody tr').first().locator('time').first().innerText()).toMatch(/\d:\d\d:\d\d/);
    const wide = await page.locator('.data-scroll').evaluate((table) => table.scrollWidth - table.clientWidth);
    expect(wide).toBe(0);
    await visit(page, '/models');
    await page.getByRole('button', { name: 'Health' }).click();
    await page.locator('th[aria-sort=descending]', { hasText: 'Health' }).waitFor();
    expect(page.url()).toContain('sort=health');
    await page.locator('tbody tr').first().getByText('Not called yet').waitFor();
    await visit(page, '/routing');
    await page.getByLabel('Message').fill('Hello');
    await page.getByRole('button', { name: 'Show the way' }).click();
    await page.locator('td[title]', { hasText: /^openai\// }).first().waitFor();
    await visit(page, '/audit');
    await page.locator('tbody tr').getByText('Master key').first().waitFor();
    await visit(page, '/system');
    await page.locator('.facts').first().getByText('Healthy').waitFor();
    expect(bench.complaints).toEqual([]);
  });

  test('the first page loads at most 150 KB of script', async () => {
    await open();
    const scripts = bench.requested.filter((url) => url.endsWith('.js'));
    const sizes = await Promise.all([...new Set(scripts)].map(async (url) => Bun.gzipSync(await (await fetch(url)).bytes()).length));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(scripts.filter((url) => /Markdown|highlight|YamlBox|diff/.test(url))).toEqual([]);
    expect(total).toBeLessThan(150 * 1024);
    console.log(`First page: ${(total / 1024).toFixed(1)} KB of script, gzipped, in ${sizes.length} files.`);
  });
});

describe.skipIf(chromium === null)('dashboard without a database', () => {
  test('every page works, or says how to switch a database on, and asks for nothing that is not there', async () => {
    const browser = await launchChromium(chromium ?? '');
    const dashboard = await startDashboardGateway({ data: false });
    const watched = await openDashboard(browser, dashboard);
    const needs: string[] = [];
    const wrong: string[] = [];
    for (const path of paths) {
      await watched.page.goto(`${dashboard.gateway.url}/ui${path}`);
      await watched.page.locator(path === '/chat' ? '#message' : 'main h1').first().waitFor();
      await watched.page.waitForFunction(() => document.querySelectorAll('.skeleton').length === 0);
      if (await watched.page.getByText('This needs a database').count() > 0) needs.push(path);
      wrong.push(...watched.complaints.splice(0).map((complaint) => `${path} ${complaint}`));
    }
    expect(needs).toEqual(['/keys', '/teams', '/budgets', '/logs', '/usage', '/audit']);
    expect(wrong).toEqual([]);
    await browser.close();
    await dashboard.stop();
  });
});
