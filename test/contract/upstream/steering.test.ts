// Where a request goes: conversations, rules, splits, copies, second calls, slow streams; and how the gateway tells why.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { configOf, providerOf } from '../../support/dialects.ts';
import { either } from '../../support/recorded-provider.ts';
import { json, ScriptedProvider, type Play } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;
const source = providerOf('deepseek');
const good = either(source.answer, source.frames);
const after = (milliseconds: number, play: Play): Play => async (line, call) => {
  await Bun.sleep(milliseconds);
  await play(line, call);
};

beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

type Entry = [group: string, model: string, extra?: Record<string, unknown>];
const gateway = (entries: readonly Entry[], router: Record<string, unknown> = {}): LocalGateway =>
  localGateway(configOf(entries.map(([name, model, extra]) => ({ name, model: `deepseek/${model}`, base: `${provider.url}/v1`, ...(extra && { extra }) })), { router_settings: router }));
interface Turn {
  role: string;
  content: string;
}
const say = (local: LocalGateway, model: string, messages: Turn[], more: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Response> =>
  local.post('/v1/chat/completions', { model, messages, ...more }, headers);
const opening = (text: string): Turn[] => [{ role: 'user', content: text }];
const where = (): string => provider.calls.at(-1)?.json['model'] as string;
const until = async (holds: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 5_000; !holds() && Date.now() < deadline;) await Bun.sleep(5);
  expect(holds()).toBe(true);
};

describe('conversations', () => {
  test('stay where they began, each for itself', async () => {
    for (const name of ['a', 'b', 'c']) provider.on(name, good);
    const local = gateway([['m', 'a'], ['m', 'b'], ['m', 'c']]);
    const used = new Set<string>();
    for (let conversation = 0; conversation < 12; conversation++) {
      const turns = opening(`hello ${conversation}`);
      await say(local, 'm', turns);
      const first = where();
      used.add(first);
      for (let round = 0; round < 3; round++) {
        turns.push({ role: 'assistant', content: 'ok' }, { role: 'user', content: `more ${round}` });
        await say(local, 'm', turns);
        expect(where()).toBe(first);
      }
    }
    expect(used.size).toBe(3);
  });

  test('named ones are followed by their name, and move when their deployment fails', async () => {
    provider.on('a', good).on('b', good);
    const local = gateway([['m', 'a'], ['m', 'b']], { num_retries: 1 });
    const session = { 'x-claude-code-session-id': 'session-1' };
    await say(local, 'm', opening('one'), {}, session);
    const first = where();
    await say(local, 'm', opening('two'), {}, session);
    expect(where()).toBe(first);
    provider.on(first, json(source.error('no'), 500));
    expect((await say(local, 'm', opening('three'), {}, session)).status).toBe(200);
    const second = where();
    expect(second).not.toBe(first);
    await say(local, 'm', opening('four'), {}, session);
    expect(where()).toBe(second);
  });

  test('are not followed where the file chooses a strategy of LiteLLM', async () => {
    provider.on('a', good).on('b', good);
    const local = gateway([['m', 'a'], ['m', 'b']], { routing_strategy: 'simple-shuffle' });
    for (let round = 0; round < 40; round++) await say(local, 'm', opening('one'), {}, { 'x-claude-code-session-id': 's' });
    expect(provider.callsOf('a').length).toBeGreaterThan(0);
    expect(provider.callsOf('b').length).toBeGreaterThan(0);
  });
});

describe('rules and splits', () => {
  test('the first rule that holds sends the request elsewhere; a dry one only notes', async () => {
    provider.on('small', good).on('big', good);
    const local = gateway([['m', 'small'], ['large', 'big']], {
      routing_rules: [
        { name: 'never', when: 'header["x-nope"] == "1"', use: 'large' },
        { name: 'dry', when: 'model == "m"', use: 'large', dry_run: true },
        { name: 'long', when: 'tokens > 500 || header["x-large"] == "yes"', use: 'large' },
      ],
    });
    const response = await say(local, 'm', opening('short'));
    expect([where(), ((await response.json()) as { model: string }).model]).toEqual(['small', 'm']);
    const long = await say(local, 'm', opening('word '.repeat(1_000)));
    expect([where(), ((await long.json()) as { model: string }).model]).toEqual(['big', 'm']);
    await say(local, 'm', opening('short'), {}, { 'x-large': 'yes' });
    expect(where()).toBe('big');
    const explained = (await (await local.fetch(`/router/explain/${long.headers.get('x-litellm-call-id')}`)).json()) as Record<string, unknown>;
    expect(explained).toMatchObject({ model: 'm', instead: 'large', rules: ['dry (dry run)', 'long'], group: 'large', status: 200 });
  });

  test('a split keeps a caller on one side, and gives each side its share', async () => {
    provider.on('old', good).on('new', good);
    const local = gateway([['old', 'old'], ['new', 'new']], { splits: [{ model: 'm', between: { old: 3, new: 1 }, by: 'user' }] });
    const sides = new Map<string, string>();
    for (let round = 0; round < 2; round++) {
      for (let user = 0; user < 120; user++) {
        await say(local, 'm', opening(`${round}`), { user: `user-${user}` });
        const side = where();
        expect(sides.get(`user-${user}`) ?? side).toBe(side);
        sides.set(`user-${user}`, side);
      }
    }
    const share = [...sides.values()].filter((side) => side === 'new').length / sides.size;
    expect(share).toBeGreaterThan(0.13);
    expect(share).toBeLessThan(0.37);
  });

  test('a copy goes to another model, and the caller sees nothing of it', async () => {
    provider.on('real', good).on('shadow', json(source.error('broken'), 500));
    const local = gateway([['m', 'real'], ['shadow', 'shadow']], { mirrors: [{ model: 'm', to: 'shadow' }], num_retries: 0 });
    expect((await say(local, 'm', opening('hello'))).status).toBe(200);
    await until(() => local.records.length === 2);
    expect(local.records.map(({ model, callerName, status }) => ({ model, callerName, status }))).toEqual([
      { model: 'm', callerName: 'master key', status: 200 }, { model: 'shadow', callerName: 'mirror', status: 500 },
    ]);
    expect(provider.callsOf('shadow')[0]?.json['messages']).toEqual(opening('hello'));
  });

  test('silent_model, as LiteLLM calls it, does the same', async () => {
    provider.on('real', good).on('shadow', good);
    const local = gateway([['m', 'real', { silent_model: 'shadow' }], ['shadow', 'shadow']]);
    await say(local, 'm', opening('hello'));
    await until(() => provider.callsOf('shadow').length === 1);
    await until(() => local.records.length === 2);
  });
});

describe('late streams', () => {
  const streamed = async (local: LocalGateway): Promise<Response> => {
    const response = await say(local, 'm', opening(crypto.randomUUID()), { stream: true });
    await response.text();
    return response;
  };

  test('a second deployment answers when the first is late, and the first is let go', async () => {
    provider.on('a', good).on('b', good);
    const local = gateway([['m', 'a'], ['m', 'b']], { hedging: { max_share: 1, least_wait: 0.03 } });
    for (let round = 0; round < 32; round++) await streamed(local);
    provider.clear();
    let calls = 0;
    const firstIsSlow: Play = (line, call) => (calls++ === 0 ? after(2_000, good)(line, call) : good(line, call));
    provider.on('a', firstIsSlow).on('b', firstIsSlow);
    const response = await streamed(local);
    expect(response.status).toBe(200);
    expect(provider.calls).toHaveLength(2);
    const explained = (await (await local.fetch(`/router/explain/${response.headers.get('x-litellm-call-id')}`)).json()) as { hedges: number; attempts: unknown[]; answered_by: string };
    expect(explained).toMatchObject({ hedges: 1, attempts: [{ abandoned: true, failure: null }, { hedge: true, failure: null }] });
    expect(response.headers.get('x-litellm-model-id')).toBe(explained.answered_by);
    expect(local.records.at(-1)?.deploymentId).toBe(explained.answered_by);
  });

  test('a stream without a word in time counts as failed', async () => {
    provider.on('slow', async (line) => {
      await line.beginStream();
      await line.chunk(source.frames[0] ?? '');
      await Bun.sleep(2_000);
    }).on('quick', good);
    const local = gateway([['m', 'slow', { order: 1 }], ['m', 'quick', { order: 2 }]], { slow_stream_guard: 0.1 });
    const response = await streamed(local);
    expect([response.status, response.headers.get('x-litellm-attempted-retries'), local.records.at(-1)?.attempts.map(({ failure }) => failure)]).toEqual([200, '1', ['upstream_timeout', null]]);
  });
});

describe('explanations', () => {
  test('of a request that was sent: candidates, reasons, attempts; only for whoever may see it', async () => {
    provider.on('bad', json(source.error('no'), 500)).on('good', good);
    const local = gateway([['m', 'bad', { order: 1 }], ['m', 'good', { order: 2 }]]);
    const response = await say(local, 'm', opening('hello'));
    const path = `/router/explain/${response.headers.get('x-litellm-call-id')}`;
    const explained = (await (await local.fetch(path)).json()) as { picks: { candidates: { excluded: string | null }[] }[] };
    expect(explained).toMatchObject({ retries: 1, fallbacks: 0, attempts: [{ failure: 'upstream_failed' }, { failure: null }], status: 200 });
    expect(explained.picks.map(({ candidates }) => candidates.map(({ excluded }) => excluded))).toEqual([[null, 'higher-order'], ['tried', null]]);
    expect((await local.fetch('/router/explain/unknown')).status).toBe(404);
    expect((await local.fetch(path, { headers: { authorization: 'none' } })).status).toBe(401);
  });

  test('of a request that is not sent', async () => {
    provider.on('a', good).on('b', good);
    const local = gateway([['m', 'a'], ['m', 'b', { model_info: {} }], ['n', 'a']], { fallbacks: [{ m: ['n'] }], num_retries: 1 });
    const explained = (await (await local.post('/router/explain', { model: 'm', messages: opening('hello'), tools: [{ type: 'function' }] })).json()) as Record<string, unknown>;
    expect(explained).toMatchObject({
      model: 'm', group: 'm', instead: null, abilities: ['function_calling'], retries: 1, fallbacks: { on_failure: ['n'] }, pick: { strategy: 'peak-ewma', by: 'new-session' }, refusal: null, cache: null,
    });
    const unknown = (await (await local.post('/router/explain', { model: 'nothing', messages: [] })).json()) as Record<string, unknown>;
    expect(unknown).toMatchObject({ answer: null, refusal: { code: 'model_unknown' } });
    expect(provider.calls).toHaveLength(0);
  });
});
