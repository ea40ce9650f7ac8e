// Settings that are changed while the real program runs: in force at once, there again after a restart, never against the file, and never a way to the
// secrets of the process.
import { afterAll, expect, test } from 'bun:test';
import { mkdtempSync, rmSync } from 'node:fs';
import { startGateway, type GatewayProcess } from '../support/gateway.ts';
import { tmpdir } from 'node:os';
import type { JsonObject } from '../../src/lib/json.ts';

const folder = mkdtempSync(`${tmpdir()}/weir-settings-`);
const running: GatewayProcess[] = [];
afterAll(async () => {
  for (const gateway of running) await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const config = `
model_list:
  - { model_name: one, litellm_params: { model: demo/weir-demo } }
  - { model_name: two, litellm_params: { model: demo/weir-demo } }
general_settings:
  store_model_in_db: true
  unknown_price_hold: 0.1
`;
const start = async (text = config): Promise<GatewayProcess> => {
  const gateway = await startGateway(text, { environment: { DATABASE_URL: `sqlite:${folder}/weir.db`, PRIVATE_TOKEN: 'token-of-the-process' } });
  running.push(gateway);
  return gateway;
};
async function call({ url, key }: GatewayProcess, method: string, path: string, body?: JsonObject, as = key): Promise<{ status: number; body: JsonObject; text: string }> {
  const response = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${as}`, 'content-type': 'application/json' }, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) as JsonObject : {} };
}

test('in force at once, and after a restart', async () => {
  const gateway = await start();
  expect(await call(gateway, 'POST', '/config/update', { litellm_settings: { drop_params: true, default_internal_user_params: { max_budget: 7 } }, router_settings: { num_retries: 4 } })).toMatchObject({ status: 200, body: { message: 'Config updated successfully' } });
  expect((await call(gateway, 'POST', '/user/new', { user_id: 'u', auto_create_key: false })).body).toMatchObject({ max_budget: 7 });
  expect(await call(gateway, 'POST', '/config/field/update', { field_name: 'max_parallel_requests', field_value: 5, config_type: 'general_settings' })).toMatchObject({ status: 200, body: { param_name: 'general_settings', param_value: { max_parallel_requests: 5 } } });
  expect((await call(gateway, 'GET', '/config/field/info?field_name=max_parallel_requests')).body).toMatchObject({ field_value: 5, stored_in_db: true, source: 'db', editable: true });
  expect((await call(gateway, 'POST', '/fallback', { model: 'one', fallback_models: ['two'] })).status).toBe(200);
  expect((await call(gateway, 'GET', '/fallback/one')).body).toEqual({ model: 'one', fallback_models: ['two'], fallback_type: 'general' });
  expect((await call(gateway, 'PATCH', '/update/default_team_settings', { max_budget: 3, models: ['one'] })).status).toBe(200);
  expect((await call(gateway, 'PATCH', '/config/cost_discount_config', { openai: 0.1 })).status).toBe(200);
  expect((await call(gateway, 'POST', '/model_group/make_public', { model_groups: ['one'] })).status).toBe(200);
  expect((await call(gateway, 'GET', '/public/model_hub')).text).toContain('one');
  await gateway.stop();

  const again = await start();
  expect((await call(again, 'GET', '/fallback/one')).status).toBe(200);
  expect((await call(again, 'GET', '/config/cost_discount_config')).body).toEqual({ values: { openai: 0.1 }, source: 'db' });
  expect((await call(again, 'GET', '/get/default_team_settings')).body).toMatchObject({ values: { max_budget: 3, models: ['one'] } });
  expect((await call(again, 'DELETE', '/fallback/one')).status).toBe(200);
  expect((await call(again, 'GET', '/fallback/one')).status).toBe(404);
  expect((await call(again, 'POST', '/config/field/delete', { field_name: 'max_parallel_requests', config_type: 'general_settings' })).status).toBe(200);
  expect((await call(again, 'GET', '/config/field/info?field_name=max_parallel_requests')).body).toMatchObject({ field_value: null, source: 'default' });
  expect((await call(again, 'GET', '/audit?table_name=LiteLLM_Config')).body).toMatchObject({ total: 9 });
  await again.stop();
}, 60_000);

test('what the file says stays, mistakes and secrets are refused, and nobody else may', async () => {
  const gateway = await start();
  const refused = async (body: JsonObject): Promise<string> => {
    const answered = await call(gateway, 'POST', '/config/update', body);
    expect([body, answered.status]).toEqual([body, 400]);
    return answered.text;
  };
  expect(await refused({ general_settings: { unknown_price_hold: 9 } })).toContain('stands in the configuration file');
  for (const [name, value] of [['master_key', 'sk-mine-0123456789abcdef'], ['database_url', 'sqlite:/tmp/mine'], ['dangerously_permit_weak_or_unset_master_key', true], ['store_model_in_db', false]] as const) {
    expect(await refused({ general_settings: { [name]: value } })).toContain('is set in the configuration file or the environment only');
  }
  expect(await refused({ general_settings: { user_header_name: 'os.environ/PRIVATE_TOKEN' } })).toContain('configuration file only');
  expect(await refused({ router_settings: { num_retries: 'many' } })).toContain('num_retries');
  expect(await refused({ litellm_settings: { no_such_field: 1 } })).toContain('Invalid field');
  expect(await refused({ environment_variables: { PATH: '/tmp' } })).toContain('environment');
  expect((await call(gateway, 'GET', '/config/list?config_type=general_settings')).text).not.toContain('token-of-the-process');
  const { body: made } = await call(gateway, 'POST', '/key/generate', { user_id: 'somebody' });
  for (const [method, path] of [['POST', '/config/update'], ['POST', '/config/field/update'], ['POST', '/add/allowed_ip'], ['POST', '/fallback'], ['PATCH', '/update/internal_user_settings'], ['GET', '/config/list'], ['GET', '/get/allowed_ips']] as const) {
    expect([path, (await call(gateway, method, path, method === 'GET' ? undefined : { general_settings: { allowed_ips: ['10.0.0.1'] } }, String(made['key']))).status]).toEqual([path, 401]);
  }
  await gateway.stop();
}, 60_000);

test('addresses that may call', async () => {
  const gateway = await start();
  expect((await call(gateway, 'POST', '/add/allowed_ip', { ip: '10.9.9.9' })).text).toContain('shut you out');
  expect((await call(gateway, 'POST', '/add/allowed_ip', { ip: 'nowhere' })).status).toBe(400);
  expect((await call(gateway, 'POST', '/add/allowed_ip', { ip: '127.0.0.0/8' })).status).toBe(200);
  expect((await call(gateway, 'POST', '/add/allowed_ip', { ip: '10.9.9.9' })).status).toBe(200);
  expect((await call(gateway, 'GET', '/get/allowed_ips')).body).toEqual({ data: ['127.0.0.0/8', '10.9.9.9'] });
  expect((await call(gateway, 'POST', '/delete/allowed_ip', { ip: '127.0.0.0/8' })).text).toContain('shut you out');
  expect((await call(gateway, 'POST', '/delete/allowed_ip', { ip: '10.9.9.9' })).status).toBe(200);
  expect((await call(gateway, 'POST', '/delete/allowed_ip', { ip: '127.0.0.0/8' })).status).toBe(200);
  expect((await call(gateway, 'GET', '/get/allowed_ips')).body).toEqual({ data: [] });
  await gateway.stop();
}, 60_000);
