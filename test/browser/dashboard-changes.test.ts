// What operators change in the dashboard, on the real gateway: limits in shadow mode, routing, alerts; each with a look at the difference and the way
// back. And what people with less than a master key see.
import { accessibilityViolations } from '../support/accessibility.ts';
import { describe, expect, setDefaultTimeout, test } from 'bun:test';
import { dashboardBench } from '../support/dashboard.ts';
import { findChromium, refuseMissingChromium } from '../support/browser.ts';
import { projectRoot } from '../support/gateway.ts';

setDefaultTimeout(90_000);
const chromium = findChromium();
if (chromium === null) refuseMissingChromium();
const images = process.env['WEIR_SCREENSHOTS'] === '1' ? `${projectRoot}docs/images` : null;

describe.skipIf(chromium === null)('changes in the dashboard', () => {
  const bench = dashboardBench(chromium ?? '');
  const { open, visit } = bench;
  const configuration = async (): Promise<string> => (await bench.dashboard.api<{ text: string }>('GET', '/configuration')).text;
  const ask = async (key: string): Promise<number> => {
    const response = await fetch(`${bench.dashboard.gateway.url}/v1/chat/completions`, { method: 'POST', headers: { 'authorization': `Bearer ${key}`, 'content-type': 'application/json' }, body: JSON.stringify({ model: 'gpt-mini', stream: true, messages: [{ role: 'user', content: 'Hello' }] }) });
    await response.text();
    return response.status;
  };
  /** Waits for something that the gateway does behind its answers. */
  const until = async (done: () => Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await Bun.sleep(100)) if (await done()) return;
    throw new Error('It did not happen.');
  };

  test('a limit is tried out: what it would have refused is shown with its requests, then it is enforced, and the way back works', async () => {
    const { key, token } = await bench.dashboard.api<{ key: string; token: string }>('POST', '/key/generate', { key_alias: 'tried out', max_budget: 0.0000001, metadata: { shadow_limits: true, purpose: 'kept' } });
    await ask(key);
    expect(await ask(key)).toBe(200);
    const today = new Date().toISOString().slice(0, 10);
    await until(async () => (await bench.dashboard.api<{ refusals: unknown[] }>('GET', `/spend/refusals?start_date=${today}&end_date=${today}`)).refusals.length > 0);
    const page = await open();
    await visit(page, '/budgets?range=24h');
    const row = page.locator('tr', { hasText: 'tried out' }).filter({ hasText: 'Would have refused' });
    await row.waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    if (images) await page.screenshot({ path: `${images}/shadow-mode.png` });
    await row.getByRole('link').first().click();
    await page.getByText('Would have refused: Key').first().waitFor();
    await page.locator('tbody a.row-link').first().click();
    await page.getByRole('dialog').getByText('Would have refused: Key').waitFor();
    expect(page.url()).toContain('range=24h');
    await visit(page, '/budgets?range=24h');
    await row.getByRole('button', { name: 'Enforce: tried out' }).click();
    await page.getByText('Limits of tried out are enforced again.').waitFor();
    await until(async () => await ask(key) === 422);
    expect((await bench.dashboard.api<{ info: { metadata: object } }>('GET', `/key/info?key=${token}`)).info.metadata).toEqual({ purpose: 'kept' });
    await page.getByRole('button', { name: 'Undo' }).click();
    await until(async () => await ask(key) === 200);
    expect(bench.complaints).toEqual([]);
  });

  test('an administrator of a team who was removed comes back as one', async () => {
    const { user_id: id } = await bench.dashboard.api<{ user_id: string }>('POST', '/user/new', { user_email: 'lead@example.test', auto_create_key: false });
    const { team_id: team } = await bench.dashboard.api<{ team_id: string }>('POST', '/team/new', { team_alias: 'Led', members_with_roles: [{ user_id: id, role: 'admin' }] });
    const roles = async (): Promise<string[]> => (await bench.dashboard.api<{ team_info: { members_with_roles: { user_id: string; role: string }[] } }>('GET', `/team/info?team_id=${team}`)).team_info.members_with_roles.filter((member) => member.user_id === id).map(({ role }) => role);
    const page = await open();
    await visit(page, `/teams?id=${team}`);
    await page.getByRole('button', { name: 'Remove: lead@example.test' }).click();
    await until(async () => (await roles()).length === 0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await until(async () => (await roles()).join() === 'admin');
    expect(bench.complaints).toEqual([]);
  });

  test('all limits of a kind go into shadow mode by the configuration, after a look at the difference', async () => {
    const page = await open();
    await visit(page, '/budgets');
    await page.getByLabel('Put all of a kind into it').selectOption('team');
    await page.locator('.diff [data-kind=added]', { hasText: 'shadow_limits' }).waitFor();
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByText('Limits of Team refuse nothing now').waitFor();
    expect(await configuration()).toContain('shadow_limits');
    await page.getByRole('button', { name: 'Enforce: All of kind: Team' }).click();
    await page.locator('.diff [data-kind=removed]', { hasText: 'shadow_limits' }).waitFor();
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await until(async () => !(await configuration()).includes('shadow_limits'));
    expect(bench.complaints).toEqual([]);
  });

  test('fallbacks, order and weights are changed in a form, with the difference, the way back, and the plan of a request', async () => {
    const page = await open();
    const before = await configuration();
    await visit(page, '/routing');
    await page.getByRole('button', { name: 'Change: deepseek' }).click();
    const sheet = page.getByRole('dialog', { name: 'Routing of deepseek' }).first();
    await sheet.getByLabel('After a failure: Add a group').selectOption('claude-opus');
    await sheet.getByRole('button', { name: 'claude-opus earlier' }).click();
    await sheet.getByLabel('Weight: openai/deepseek').fill('-1');
    await sheet.getByRole('button', { name: 'Review' }).click();
    await sheet.getByText('a weight a number of at least 0').waitFor();
    await sheet.getByLabel('Weight: openai/deepseek').fill('3');
    expect(await accessibilityViolations(page)).toEqual([]);
    if (images) await page.screenshot({ path: `${images}/routing-form.png` });
    await sheet.getByRole('button', { name: 'Review' }).click();
    await page.locator('.diff [data-kind=added]', { hasText: 'weight: 3' }).waitFor();
    await page.locator('.diff [data-kind=added]', { hasText: 'claude-opus' }).waitFor();
    expect(await page.locator('.diff [data-kind=added]').count()).toBe(2);
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByText('The routing of deepseek was changed.').waitFor();
    await until(async () => (await bench.dashboard.api<{ fallbacks: { on_failure: string[] } }>('POST', '/router/explain', { model: 'deepseek', messages: [] })).fallbacks.on_failure.join() === 'claude-opus,gpt-mini');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('The change was taken back.').waitFor();
    expect(await configuration()).toBe(before);
    await page.getByLabel('Message').fill('Hello');
    await page.getByRole('button', { name: 'Show the way' }).click();
    await page.getByText('Would be answered by').waitFor();
    await visit(page, '/audit?table=LiteLLM_Config&range=24h');
    await page.getByText('Taken back').last().waitFor();
    await page.locator('tbody a.row-link').first().click();
    await page.getByRole('dialog').getByText('model_list.deepseek.litellm_params.weight').waitFor();
    expect(bench.complaints).toEqual([]);
  });

  test('alerts are changed in a form: places, kinds, thresholds, quiet hours', async () => {
    const page = await open();
    await visit(page, '/alerts');
    await page.getByRole('button', { name: 'Change alerts' }).click();
    const sheet = page.getByRole('dialog', { name: 'Change alerts' }).first();
    await sheet.getByRole('checkbox', { name: /^Webhook/ }).check();
    await sheet.getByRole('checkbox', { name: 'A virtual key was made' }).check();
    await sheet.getByLabel('Failed requests, in percent').fill('120');
    await sheet.getByLabel('From').fill('22:00');
    await sheet.getByRole('button', { name: 'Review' }).click();
    await sheet.getByText('Expected a number from 0 to 100.').waitFor();
    await sheet.getByText('Quiet hours have a beginning and an end.').waitFor();
    await sheet.getByLabel('Failed requests, in percent').fill('12.5');
    await sheet.getByLabel('To', { exact: true }).fill('07:00');
    expect(await accessibilityViolations(page)).toEqual([]);
    await sheet.getByRole('button', { name: 'Review' }).click();
    for (const line of ['alerting', 'new_virtual_key_created', 'error_rate_threshold: 0.125', 'quiet_hours: 22:00-07:00']) await page.locator('.diff [data-kind=added]', { hasText: line }).first().waitFor();
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await page.getByText('Alerts were changed.').waitFor();
    await until(async () => (await bench.dashboard.api<{ kinds: { kind: string; told: boolean }[] }>('GET', '/alerts')).kinds.some(({ kind, told }) => told && kind === 'new_virtual_key_created'));
    await page.getByText('nothing is sent there').first().waitFor();
    expect(bench.complaints).toEqual([]);
  });

  test('figures are those of the range and the team, and both stay in the address', async () => {
    const page = await open();
    await visit(page, '/?range=1h');
    await page.getByLabel('Team').selectOption({ label: 'Product' });
    await page.locator('.stat', { hasText: 'Requests' }).getByText('0', { exact: true }).waitFor();
    await page.locator('.stat', { hasText: 'p95 latency' }).getByText('–').waitFor();
    await page.getByLabel('Team').selectOption({ label: 'Research' });
    await page.locator('.stat', { hasText: 'p95 latency' }).locator('.stat-value', { hasText: /\d/ }).waitFor();
    await page.getByText('Spend against budget').waitFor();
    await page.locator('svg.chart a').first().click();
    await page.getByRole('heading', { name: 'Logs' }).waitFor();
    expect(page.url()).toContain(`team=${bench.filled.teamId}`);
    expect(page.url()).toMatch(/from=.*to=/);
    await page.goBack();
    for (const name of ['Usage', 'Logs', 'Budgets and limits']) {
      await page.getByRole('link', { name, exact: true }).click();
      await page.getByRole('heading', { name, exact: true }).waitFor();
      expect([name, new URL(page.url()).searchParams.get('team'), new URL(page.url()).searchParams.get('range')]).toEqual([name, bench.filled.teamId, '1h']);
      expect(await page.getByLabel('Team').inputValue()).toBe(bench.filled.teamId);
    }
    expect(bench.complaints).toEqual([]);
  });

  test('the price list is searched and sorted by the gateway, and goes on where it ended', async () => {
    const page = await open();
    await visit(page, '/prices?view=all');
    await page.getByRole('button', { name: 'Output per 1M' }).click();
    await page.waitForURL(/sort=output_cost/);
    await page.locator('[data-dim=false]').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(50);
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 100);
    await page.getByRole('searchbox').fill('claude-opus');
    await page.waitForFunction(() => [...document.querySelectorAll('tbody tr')].every((row) => row.textContent?.includes('claude-opus')));
    expect(bench.complaints).toEqual([]);
  });

  test('every object is there as YAML and as a call of the API, without secrets', async () => {
    await bench.dashboard.api('POST', '/customer/new', { user_id: 'customer-7', max_budget: 3 });
    await bench.dashboard.api('POST', '/tag/new', { name: 'docs', description: 'What the documentation asks.', max_budget: 4 });
    await bench.dashboard.api('POST', '/credentials', { credential_name: 'spare', credential_info: { custom_llm_provider: 'openai' }, credential_values: { api_key: 'sk-a-spare-key-of-the-provider' } });
    const { users: [user] } = await bench.dashboard.api<{ users: { user_id: string }[] }>('GET', '/user/list?search=ann');
    const { data: [model] } = await bench.dashboard.api<{ data: { model_info: { id: string } }[] }>('GET', '/model/info');
    const { audit_logs: [entry] } = await bench.dashboard.api<{ audit_logs: { id: string }[] }>('GET', '/audit?page_size=1');
    const { data: [log] } = await bench.dashboard.api<{ data: { request_id: string }[] }>('GET', `/spend/logs/ui?page_size=1&start_date=${new Date().toISOString().slice(0, 10)}&end_date=${new Date().toISOString().slice(0, 10)}`);
    const objects: [string, string][] = [
      [`/keys?key=${bench.filled.keyHash}`, '/key/generate'], [`/teams?id=${bench.filled.teamId}`, '/team/new'], [`/teams?view=people&id=${user?.user_id ?? ''}`, '/user/new'], ['/budgets?budget=monthly', '/budget/new'],
      ['/budgets?customer=customer-7', '/customer/new'], ['/budgets?tag_name=docs', '/tag/new'], ['/providers?credential=spare', '/credentials'], [`/models?id=${model?.model_info.id ?? ''}`, '/model/new'],
      [`/audit?id=${entry?.id ?? ''}`, '/audit/'], [`/logs?id=${log?.request_id ?? ''}`, '/spend/logs/ui/'],
    ];
    const page = await open();
    for (const [path, call] of objects) {
      await visit(page, path);
      const sheet = page.getByRole('dialog').first();
      await sheet.getByRole('tab', { name: 'As YAML' }).click();
      await sheet.locator('pre, code').first().waitFor();
      await sheet.getByRole('tab', { name: 'As API call' }).click();
      const text = await sheet.locator('.code-box').first().innerText();
      expect([path, text.includes(call), text.includes('sk-a-spare-key')]).toEqual([path, true, false]);
    }
    await visit(page, '/budgets?tag_name=docs');
    await page.getByRole('dialog').getByRole('link', { name: 'Requests' }).click();
    await page.locator('tbody tr').first().waitFor();
    expect(page.url()).toContain('tag=docs');
    expect(bench.complaints).toEqual([]);
  });

  test('whoever signs in with a virtual key sees their own and no more, and is out when the key is blocked', async () => {
    const { key, token } = await bench.dashboard.api<{ key: string; token: string }>('POST', '/key/generate', { key_alias: 'a guest', models: ['gpt-mini'] });
    await ask(key);
    await until(async () => (await bench.dashboard.api<{ total: number }>('GET', `/spend/logs/ui?api_key=${token}&start_date=${new Date().toISOString().slice(0, 10)}&end_date=${new Date().toISOString().slice(0, 10)}`)).total > 0);
    const page = await open({ key });
    await page.getByRole('link', { name: 'My keys and usage' }).waitFor();
    for (const hidden of ['Keys', 'Configuration', 'Budgets and limits', 'Alerts']) expect([hidden, await page.getByRole('link', { name: hidden, exact: true }).count()]).toEqual([hidden, 0]);
    await visit(page, '/logs');
    await page.locator('tbody tr').first().waitFor();
    expect(await page.locator('tbody tr').count()).toBe(1);
    await visit(page, '/models');
    expect(await page.locator('tbody tr').count()).toBe(1);
    await visit(page, '/mine');
    await page.getByText('a guest').first().waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    // A page of administrators, by its address.
    await visit(page, '/audit');
    await page.getByText('You may not see this.').waitFor();
    await bench.dashboard.api('POST', '/key/block', { key: token });
    await page.goto(`${bench.dashboard.gateway.url}/ui/`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});
