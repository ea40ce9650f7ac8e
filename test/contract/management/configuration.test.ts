// The configuration changed through the API: checked, applied, taken back, each with a line in the audit log that holds no secret.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { startGateway, type GatewayProcess } from '../../support/gateway.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

const config = `# ours
model_list:
  - model_name: one
    litellm_params: {model: demo/weir-demo, api_key: sk-a-real-secret}
  - model_name: two
    litellm_params: {model: demo/weir-demo}
router_settings:
  num_retries: 0
`;
let folder: string;
let gateway: GatewayProcess;
beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/weir-configuration-`);
  gateway = await startGateway(config, { arguments: ['--data', folder] });
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function call<Answer = JsonObject>(method: string, path: string, body?: JsonObject): Promise<{ status: number; body: Answer }> {
  const response = await fetch(gateway.url + path, { method, headers: { authorization: `Bearer ${gateway.key}` }, ...(body && { body: JSON.stringify(body) }) });
  return { status: response.status, body: await response.json() as Answer };
}

interface Shown {
  text: string;
  etag: string;
  history: { id: string }[];
}
interface Entry {
  action: string;
  object_id: string;
  changed_by: string;
  before_value: JsonObject;
  updated_values: JsonObject;
}

test('a change, a roll-back and a refused change, as the audit log has them', async () => {
  const first = (await call<Shown>('GET', '/configuration')).body;
  const next = first.text.replace('num_retries: 0', 'num_retries: 2\n  fallbacks: [{one: [two]}]');
  expect((await call('PUT', '/configuration', { text: next.replace('num_retries: 2', 'num_retries: many'), etag: first.etag })).status).toBe(422);
  expect((await call('PUT', '/configuration', { text: next, etag: first.etag })).status).toBe(200);
  expect((await call('PUT', '/configuration', { text: next, etag: first.etag })).status).toBe(409);
  const changed = (await call<Shown>('GET', '/configuration')).body;
  const [earlier] = changed.history;
  const { text } = (await call<{ text: string }>('GET', `/configuration/history/${earlier?.id ?? ''}`)).body;
  expect((await call('PUT', '/configuration', { text, etag: changed.etag })).status).toBe(200);
  const { audit_logs: entries } = (await call<{ audit_logs: Entry[] }>('GET', '/audit?table_name=LiteLLM_Config')).body;
  expect(entries.map(({ action, before_value: before, updated_values: after }) => ({ action, before, after }))).toEqual([
    {
      action: 'restored', before: { 'router_settings.num_retries': 2, 'router_settings.fallbacks.0.one.0': 'two' },
      after: { 'router_settings.num_retries': 0, 'router_settings.fallbacks.0.one.0': null, 'restored_version': earlier?.id ?? '' },
    },
    { action: 'updated', before: { 'router_settings.num_retries': 0, 'router_settings.fallbacks.0.one.0': null }, after: { 'router_settings.num_retries': 2, 'router_settings.fallbacks.0.one.0': 'two' } },
  ]);
  expect(entries[0]).toMatchObject({ object_id: 'config.yaml', changed_by: 'default_user_id' });
  expect(JSON.stringify(entries)).not.toContain('sk-a-real-secret');
});

test('a changed secret is told as a change, and not told', async () => {
  const { text, etag } = (await call<Shown>('GET', '/configuration')).body;
  expect(text).not.toContain('sk-a-real-secret');
  expect((await call('PUT', '/configuration', { text: text.replace(/kept-secret-\w+/, 'sk-another-secret'), etag })).status).toBe(200);
  const { audit_logs: [entry] } = (await call<{ audit_logs: Entry[] }>('GET', '/audit?table_name=LiteLLM_Config')).body;
  expect(Object.keys(entry?.updated_values ?? {})).toEqual(['model_list.one.litellm_params.api_key']);
  expect(JSON.stringify(entry)).not.toContain('sk-another-secret');
});

test('the process says that it is there', async () => {
  const { instances: [instance, ...others] } = (await call<{ instances: JsonObject[] }>('GET', '/instances')).body;
  expect(others).toEqual([]);
  expect(instance).toMatchObject({ pid: gateway.pid, silent: false, ledger_waiting_bytes: 0 });
  expect(instance?.['memory_bytes']).toBeGreaterThan(1_000_000);
});

test('models and prices come page by page', async () => {
  const models = await call<{ data: { model_name: string }[]; total: number; next_cursor: string }>('GET', '/model/info?size=1&sort_by=name&sort_order=desc');
  expect([models.body.total, models.body.data.map(({ model_name: name }) => name)]).toEqual([2, ['two']]);
  expect((await call<typeof models.body>('GET', `/model/info?size=1&sort_by=name&sort_order=desc&cursor=${models.body.next_cursor}`)).body).toMatchObject({ data: [{ model_name: 'one' }], next_cursor: null });
  expect((await call('GET', '/model/info?size=1&sort_by=api_key')).status).toBe(400);
  expect((await call('GET', '/model/info?size=5&sort_by=health&sort_order=desc')).body).toMatchObject({ total: 2 });
  const prices = (await call<{ data: { model: string; input_cost_per_token: number | null }[]; total: number }>('GET', '/public/prices?search=claude&sort_by=input_cost&sort_order=desc&size=5')).body;
  const costs = prices.data.map((row) => row.input_cost_per_token ?? -1);
  expect(costs).toEqual(costs.toSorted((a, b) => b - a));
  expect([costs.length, prices.total > 5]).toEqual([5, true]);
});
