// Alerts from the failing call to the place that is told, over real sockets: a webhook, a place that is away for a while, a mail server.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { configOf } from '../../support/dialects.ts';
import { json, ScriptedProvider } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

interface Told {
  path: string;
  body: Record<string, unknown>;
}

closeStoresAfterAll();
let provider: ScriptedProvider;
let place: ReturnType<typeof Bun.serve>;
let told: Told[] = [];
let answers: Response[] = [];

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  place = Bun.serve({
    port: 0, hostname: '127.0.0.1',
    async fetch(request) {
      told.push({ path: new URL(request.url).pathname, body: (await request.json()) as Record<string, unknown> });
      return answers.shift() ?? new Response('ok');
    },
  });
});
beforeEach(() => {
  provider.clear();
  told = [];
  answers = [];
});
afterAll(async () => {
  await provider.stop();
  await place.stop(true);
});

const gateway = (settings: Record<string, unknown>, environment: Record<string, string>): LocalGateway =>
  localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }], { general_settings: settings, router_settings: { num_retries: 0 } }), { environment });
const ask = (local: LocalGateway): Promise<Response> => local.post('/v1/chat/completions', { model: 'm', messages: [{ role: 'user', content: 'a secret question' }] });

async function until(done: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 10_000; !done() && Date.now() < deadline;) await Bun.sleep(10);
  expect(done()).toBe(true);
}

describe('a failing model group', () => {
  test('is told once, without what was asked, and the dashboard knows that it was delivered', async () => {
    provider.on('m', json({ error: { message: 'no' } }, 500));
    const local = gateway({ alerting: ['webhook', 'slack'] }, { WEBHOOK_URL: `${place.url}hook`, SLACK_WEBHOOK_URL: `${place.url}slack` });
    for (let call = 0; call < 3; call++) await ask(local);
    await until(() => told.length >= 2);
    expect(told.map(({ path }) => path).toSorted()).toEqual(['/hook', '/slack']);
    expect(told.find(({ path }) => path === '/hook')?.body).toMatchObject({ event: 'llm_exceptions', subject: 'm', facts: { failure: 'upstream_failed' } });
    expect(JSON.stringify(told)).not.toContain('secret question');
    interface Listed {
      alerts: { kind: string; deliveries: { state: string }[] }[];
      places: { name: string }[];
      known: { name: string; variables: { isSet: boolean }[] }[];
      thresholds: Record<string, number>;
    }
    const list = async (): Promise<Listed> => (await (await local.fetch('/alerts')).json()) as Listed;
    // The places have answered; that they have is written down a moment later.
    let listed = await list();
    for (const deadline = Date.now() + 10_000; listed.alerts.some(({ deliveries }) => deliveries.some(({ state }) => state === 'waiting')) && Date.now() < deadline; listed = await list()) await Bun.sleep(10);
    expect(listed.places.map(({ name }) => name)).toEqual(['webhook', 'slack']);
    expect(listed.known.filter(({ variables }) => variables.every(({ isSet }) => isSet)).map(({ name }) => name)).toEqual(['slack', 'webhook']);
    expect(listed.thresholds).toMatchObject({ slowMs: 300_000, errorRate: 0.25 });
    expect(listed.alerts.map(({ kind, deliveries }) => [kind, ...deliveries.map(({ state }) => state)])).toEqual([['llm_exceptions', 'delivered', 'delivered']]);
    expect(JSON.stringify(listed)).not.toContain(String(place.port));
  });

  test('is not told when alert_types leaves it out', async () => {
    provider.on('m', json({ error: { message: 'no' } }, 500));
    const local = gateway({ alerting: ['webhook'], alert_types: ['budget_alerts'] }, { WEBHOOK_URL: place.url.href });
    await ask(local);
    await Bun.sleep(50);
    expect(told).toEqual([]);
  });

  test('goes to an address of its own', async () => {
    provider.on('m', json({ error: { message: 'no' } }, 500));
    await ask(gateway({ alerting: ['slack'], alert_to_webhook_url: { llm_exceptions: `${place.url}special` } }, { SLACK_WEBHOOK_URL: `${place.url}slack` }));
    await until(() => told.length > 0);
    expect(told.map(({ path }) => path)).toEqual(['/special']);
  });
});

describe('a test of a place', () => {
  const testOf = async (local: LocalGateway, name: string): Promise<[number, string]> => {
    const response = await local.post('/alerts/test', { place: name });
    return [response.status, await response.text()];
  };

  test('arrives, and a refusal is told with its reason and without the address', async () => {
    const local = gateway({ alerting: ['feishu'] }, { FEISHU_WEBHOOK_URL: `${place.url}hook/very-secret` });
    answers = [Response.json({ code: 0 }), Response.json({ code: 19021, msg: 'sign match fail' }), new Response('', { status: 404 })];
    expect((await testOf(local, 'feishu'))[0]).toBe(200);
    const [status, text] = await testOf(local, 'feishu');
    expect([status, text.includes('sign match fail'), text.includes('very-secret')]).toEqual([502, true, false]);
    expect((await testOf(local, 'feishu'))[1]).toContain('answered 404');
    expect(told[0]?.body).toMatchObject({ msg_type: 'interactive' });
  });

  test('needs a place that is configured, as /health/services does', async () => {
    const local = gateway({ alerting: ['slack'] }, { SLACK_WEBHOOK_URL: place.url.href });
    expect((await testOf(local, 'discord'))[0]).toBe(422);
    expect((await local.fetch('/health/services?service=slack')).status).toBe(200);
    expect((await local.fetch('/health/services?service=email')).status).toBe(422);
    expect((await local.post('/alerts/test', {})).status).toBe(400);
  });

  test('a place without its variable is named and left out', async () => {
    const local = gateway({ alerting: ['slack', 'email', 'pigeon'] }, {});
    const { places, warnings } = (await (await local.fetch('/alerts')).json()) as { places: unknown[]; warnings: string[] };
    expect(places).toEqual([]);
    expect(warnings.join('\n')).toMatch(/SLACK_WEBHOOK_URL[\s\S]*SMTP_HOST, SMTP_SENDER_EMAIL, ALERT_EMAILS[\s\S]*pigeon/);
  });
});

test('a mail server gets a mail', async () => {
  const mails: { to: string[]; text: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'], onAuth: ({ username, password }, _session, done) => (username === 'weir' && password === 'pw' ? done(null, { user: 'weir' }) : done(new Error('wrong'))),
    allowInsecureAuth: true,
    onData(stream, { envelope }, done) {
      let text = '';
      stream.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      stream.on('end', () => {
        mails.push({ to: envelope.rcptTo.map(({ address }) => address), text });
        done();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const settings = { SMTP_HOST: '127.0.0.1', SMTP_PORT: String(port), SMTP_SENDER_EMAIL: 'weir@example.com', SMTP_USERNAME: 'weir', SMTP_PASSWORD: 'pw', ALERT_EMAILS: 'a@example.com, b@example.com' };
  const ok = await gateway({ alerting: ['email'] }, { ...settings, SMTP_TLS: 'false' }).post('/alerts/test', { place: 'email' });
  expect([ok.status, mails.map(({ to }) => to)]).toEqual([200, [['a@example.com', 'b@example.com']]]);
  expect(mails[0]?.text).toContain('alerts arrive here');
  // TLS is asked for unless it is switched off: no password goes over a line in the clear.
  const refused = await gateway({ alerting: ['email'] }, settings).post('/alerts/test', { place: 'email' });
  expect([refused.status, mails.length]).toEqual([502, 1]);
  server.close();
});

test('keys, teams and people that are made, changed or deleted are told where that is wanted, without the key itself', async () => {
  const store = await newStore();
  const local = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }], {
    general_settings: { alerting: ['webhook'], alert_types: ['new_virtual_key_created', 'team_deleted', 'new_internal_user_created'] },
  }), { environment: { WEBHOOK_URL: `${place.url}hook` }, store });
  const key = (await (await local.post('/key/generate', { key_alias: 'ci' })).json()) as { key: string };
  const { team_id: teamId } = (await (await local.post('/team/new', { team_alias: 'Core' })).json()) as { team_id: string };
  await local.post('/team/delete', { team_ids: [teamId] });
  await local.post('/user/new', { user_email: 'bo@example.test', auto_create_key: false });
  const messages = (): unknown[] => told.map(({ body }) => body['event_message']);
  await until(() => messages().includes('The user bo@example.test was made'));
  expect(messages().slice(0, 1)).toEqual(['The virtual key ci was made']);
  expect(messages()).toContain('The team Core was deleted');
  expect(JSON.stringify(told)).not.toContain(key.key);
});
