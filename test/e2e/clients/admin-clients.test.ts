// LiteLLM's own clients for administrators, its library and its program `litellm-proxy`, against the real program: every call and subcommand that does
// not belong to LiteLLM's own sign-in or to its agents.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { dirname, join } from 'node:path';
import { masterKey, projectRoot, startGateway, type GatewayProcess } from '../../support/gateway.ts';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { pythonWith } from '../../support/python.ts';
import { tmpdir } from 'node:os';
import type { JsonObject } from '../../../src/lib/json.ts';

const python = await pythonWith('litellm');
let folder = '';
let gateway: GatewayProcess;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weir-admin-clients-'));
  gateway = await startGateway('model_list:\n  - { model_name: demo, litellm_params: { model: demo/weir-demo } }\ngeneral_settings: { store_model_in_db: true }\n', { environment: { DATABASE_URL: `sqlite:${folder}/weir.db` } });
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function run(command: readonly string[]): Promise<{ code: number; output: string; error: string }> {
  const child = Bun.spawn([...command], {
    cwd: folder, stdin: 'ignore', stdout: 'pipe', stderr: 'pipe',
    env: {
      PATH: process.env['PATH'] ?? '', HOME: folder, WEIR_URL: gateway.url, WEIR_KEY: masterKey, LITELLM_PROXY_URL: gateway.url, LITELLM_PROXY_API_KEY: masterKey, LITELLM_LOCAL_MODEL_COST_MAP: 'True',
      NO_COLOR: '1', COLUMNS: '300', PYTHONDONTWRITEBYTECODE: '1',
    },
  });
  const [output, error, code] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
  return { code, output, error };
}

describe.skipIf(python === null)("LiteLLM's clients for administrators", () => {
  test('the library', async () => {
    const { code, output, error } = await run([python ?? '', join(projectRoot, 'test/clients/python/litellm_admin.py')]);
    expect([code, error.slice(-2_000)]).toEqual([0, '']);
    const got = Object.fromEntries(output.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as { name: string; got: unknown }).map(({ name, got }) => [name, got]));
    expect(got).toEqual({
      'keys.generate': 'library', 'keys.list': ['library'], 'keys.update': 'renamed', 'keys.info': 'renamed', 'keys.delete': ['renamed'],
      'models.new': 'extra', 'models.list': ['demo', 'extra'], 'models.info': ['demo', 'extra'], 'models.get': 'extra', 'models.update': 9, 'models.delete': true, 'model_groups.info': ['demo'],
      'credentials.create': true, 'credentials.list': ['shared'], 'credentials.get': 'sk****ue', 'credentials.delete': true,
      'users.create_user': 'ada@example.com', 'users.list_users': ['ada@example.com'], 'users.get_user': 'ada@example.com', 'users.get_user_v2': 'ada@example.com', 'users.delete_user': 1,
      'http.team': 'Red', 'teams.list': ['red'], 'teams.list_v2': ['red'], 'teams.get_available': [], 'health.get_readiness': 'healthy', 'chat.completions': 'chat.completion',
    });
  }, 120_000);

  test('the program', async () => {
    const program = join(dirname(python ?? ''), 'litellm-proxy');
    writeFileSync(join(folder, 'models.yaml'), 'model_list:\n  - { model_name: imported, litellm_params: { model: demo/weir-demo } }\n');
    const says = async (wanted: string, ...words: string[]): Promise<string> => {
      const { code, output, error } = await run([program, ...words]);
      expect([words.join(' '), code, output.includes(wanted) ? wanted : output.slice(-600) + error.slice(-600)]).toEqual([words.join(' '), 0, wanted]);
      return output;
    };
    await says(gateway.url, 'version');
    await says('"key_alias": "by-hand"', 'keys', 'generate', '--key-alias', 'by-hand', '--models', 'demo', '--duration', '1h');
    await says('by-hand', 'keys', 'list', '--return-full-object');
    await says('by-hand', 'keys', 'import', '--source-base-url', gateway.url, '--source-api-key', masterKey, '--dry-run');
    await says('by-hand', 'keys', 'delete', '--key-aliases', 'by-hand');
    await says('imported', 'models', 'import', 'models.yaml');
    await says('imported', 'models', 'list');
    const info = JSON.parse(await says('imported', 'models', 'info', '--format', 'json')) as { model_name: string; model_info: JsonObject }[];
    const id = String(info.find((model) => model.model_name === 'imported')?.model_info['id']);
    await says(id, 'models', 'get', '--id', id);
    await says('"timeout": "7"', 'models', 'update', id, '-p', 'model=demo/weir-demo', '-p', 'timeout=7');
    await says('deleted successfully', 'models', 'delete', id);
    await says('"model_name": "added"', 'models', 'add', 'added', '-p', 'model=demo/weir-demo');
    await says('demo', 'model-groups', 'list');
    await says('"success": true', 'credentials', 'create', 'one', '--info', '{"custom_llm_provider": "openai"}', '--values', '{"api_key": "sk-very-secret-value"}', '--display-name', 'Mine');
    await says('Mine', 'credentials', 'list');
    await says('"success": true', 'credentials', 'update', 'one', '--display-name', 'Yours');
    await says('sk****ue', 'credentials', 'get', 'one');
    await says('"success": true', 'credentials', 'delete', 'one');
    const created = await says('grace@example.com', 'users', 'create', '--email', 'grace@example.com', '--role', 'internal_user', '--max-budget', '3');
    await says('grace@example.com', 'users', 'list');
    const userId = /"user_id": "([0-9a-f-]{36})"/.exec(created)?.[1] ?? '';
    await says('grace@example.com', 'users', 'get', '--id', userId);
    await says('1', 'users', 'delete', userId);
    await says('red', 'teams', 'list');
    await says('No available teams', 'teams', 'available');
    await says('"status": "healthy"', 'http', 'request', 'GET', '/health/readiness');
    await says('chat.completion', 'http', 'request', 'POST', '/chat/completions', '-j', '{"model": "demo", "messages": [{"role": "user", "content": "hi"}]}');
    await says('sealed_by_this_key', 'encryption', 'migrate', '--dry-run');
  }, 240_000);
});
