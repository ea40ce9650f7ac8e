// The real program on its way out of service: what probes are told, on the gateway's port and on one of their own, and who is waited for.
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { configOf, providerOf } from '../support/dialects.ts';
import { freePort, startGateway, type GatewayProcess } from '../support/gateway.ts';
import { json, ScriptedProvider } from '../support/provider.ts';

let provider: ScriptedProvider;
const running: GatewayProcess[] = [];
beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
afterAll(async () => {
  for (const gateway of running) await gateway.stop();
  await provider.stop();
});

const source = providerOf('deepseek');
const start = async (general: Record<string, unknown>, environment: Record<string, string> = {}): Promise<GatewayProcess> => {
  const gateway = await startGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }], { general_settings: general }), { environment });
  running.push(gateway);
  return gateway;
};
const ask = ({ url, key }: GatewayProcess): Promise<Response> =>
  fetch(`${url}/v1/chat/completions`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body: JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hi' }] }) });
/** The provider answers when `go` is called. */
function held(): { asked: Promise<void>; go: () => void } {
  const asked = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  provider.clear();
  provider.on('m', async (line, call) => {
    asked.resolve();
    await gate.promise;
    await json(JSON.parse(source.answer))(line, call);
  });
  return { asked: asked.promise, go: () => gate.resolve() };
}

test('an orchestrator drains the process: probes fail, requests under way are waited for, new ones are still answered', async () => {
  const gateway = await start({ enable_drain_endpoint: true, drain_endpoint_token: 'os.environ/TOKEN' }, { TOKEN: 'drain-me' });
  const drain = (token?: string): Promise<Response> => fetch(`${gateway.url}/health/drain`, { headers: token === undefined ? {} : { 'x-drain-token': token } });
  for (const wrong of [undefined, '', 'drain-m', 'drain-me2']) expect((await drain(wrong)).status).toBe(401);
  expect((await fetch(`${gateway.url}/health/liveness`)).status).toBe(200);
  const { asked, go } = held();
  const answer = ask(gateway);
  await asked;
  let drained = 0;
  const drains = [drain('drain-me'), drain('drain-me')].map(async (response) => {
    expect((await response).status).toBe(200);
    drained++;
    return (await response).json();
  });
  const probe = async (path: string): Promise<[number, unknown]> => {
    const response = await fetch(`${gateway.url}${path}`);
    return [response.status, await response.json()];
  };
  while ((await probe('/health/readiness'))[0] !== 503) await Bun.sleep(10);
  for (const path of ['/health/liveliness', '/health/liveness', '/health/readiness']) expect(await probe(path)).toEqual([503, { status: 'shutting_down' }]);
  expect(drained).toBe(0);
  go();
  expect((await answer).status).toBe(200);
  expect(await Promise.all(drains)).toEqual([{ status: 'drained', drained_requests: 1 }, { status: 'drained', drained_requests: 1 }]);
  expect((await ask(gateway)).status).toBe(200);
});

test('without the setting there is no such route, and a token whose variable is missing lets nobody in', async () => {
  const off = await start({});
  expect((await fetch(`${off.url}/health/drain`)).status).toBe(404);
  expect((await fetch(`${off.url}/health/readiness`)).status).toBe(200);
  const unset = await start({ enable_drain_endpoint: true, drain_endpoint_token: 'os.environ/NO_SUCH_TOKEN' });
  expect((await fetch(`${unset.url}/health/drain`)).status).toBe(401);
});

test('a port for probes answers nothing else, and tells of the end until the end', async () => {
  const port = await freePort();
  const gateway = await start({}, { SEPARATE_HEALTH_APP: '1', SEPARATE_HEALTH_PORT: String(port) });
  const probe = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${gateway.key}` } })).status;
  expect(await Promise.all(['/health/liveliness', '/health/readiness?x=1', '/health/backlog'].map(probe))).toEqual([200, 200, 200]);
  expect((await fetch(`http://127.0.0.1:${port}/health/backlog`)).status).toBe(401);
  expect(await Promise.all(['/v1/models', '/', '/healthy', '/metrics/', '/ui'].map(probe))).toEqual(Array(5).fill(404));
  const { asked, go } = held();
  const answer = ask(gateway);
  await asked;
  gateway.signal('SIGTERM');
  while ((await probe('/health/liveliness')) !== 503) await Bun.sleep(10);
  go();
  expect((await answer).status).toBe(200);
  expect(await gateway.exited).toBe(0);
});

test('requests under way are waited for as long as GRACEFUL_SHUTDOWN_TIMEOUT says', async () => {
  const gateway = await start({}, { GRACEFUL_SHUTDOWN_TIMEOUT: '0.2' });
  const { asked } = held();
  const answer = ask(gateway).then(() => 'answered', () => 'broken off');
  await asked;
  gateway.signal('SIGTERM');
  expect(await gateway.exited).toBe(0);
  expect(await answer).toBe('broken off');
  expect(gateway.output()).toContain('"broken_off":1');
});
