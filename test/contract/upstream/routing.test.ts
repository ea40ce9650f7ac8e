// Retries, fallbacks, cool-downs, limits, weights, tags and time-outs, told by what the provider saw and by what the client was told.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { clientDialects, clientOf, configOf, providerDialects, providerOf } from '../../support/dialects.ts';
import { json, ScriptedProvider, silence, stream, type Play } from '../../support/provider.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';

let provider: ScriptedProvider;

const chat = clientOf('openai-chat');
const messages = clientOf('anthropic-messages');
const source = providerOf('deepseek');
const good = json(JSON.parse(source.answer));
const failing = (status: number, message = 'no', headers: Record<string, string> = {}): Play => json(source.error(message), status, headers);

beforeAll(async () => {
  provider = await ScriptedProvider.start();
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

type Entry = [group: string, model: string, extra?: Record<string, unknown>];
const gateway = (entries: readonly Entry[], rest: Record<string, unknown> = {}): LocalGateway =>
  localGateway(configOf(entries.map(([name, model, extra]) => ({ name, model: `deepseek/${model}`, base: `${provider.url}/v1`, ...(extra && { extra }) })), rest));
const ask = (local: LocalGateway, model: string, more: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Response> =>
  local.post(chat.path(model, false), { ...chat.body(model, false), ...more }, headers);
const errorOf = async (response: Response): Promise<Record<string, unknown>> => ((await response.json()) as { error: Record<string, unknown> }).error;

describe('retries', () => {
  test.each([[500, 3], [502, 3], [503, 3], [408, 3], [429, 3], [409, 3], [400, 1], [401, 1], [403, 1], [404, 1], [422, 1]])('status %d is tried %d times', async (status, calls) => {
    provider.on('m', failing(status));
    expect((await ask(gateway([['m', 'm']]), 'm')).status).toBe(status);
    expect(provider.calls).toHaveLength(calls);
  });

  test('as many as the request asks for', async () => {
    provider.on('m', failing(500));
    const local = gateway([['m', 'm']]);
    await ask(local, 'm', { num_retries: 0 });
    expect(provider.calls).toHaveLength(1);
    await ask(local, 'm', {}, { 'x-litellm-num-retries': '1' });
    expect(provider.calls).toHaveLength(3);
    expect(provider.calls.some(({ json: body }) => 'num_retries' in body)).toBe(false);
  });

  test('a retry that succeeds is told in the headers', async () => {
    provider.on('m', failing(503), good);
    const response = await ask(gateway([['m', 'm']]), 'm');
    expect([response.status, response.headers.get('x-litellm-attempted-retries')]).toEqual([200, '1']);
  });

  test('a retry goes to another deployment, at once', async () => {
    provider.on('bad', failing(500)).on('good', good);
    const local = gateway([['m', 'bad', { weight: 1000 }], ['m', 'good', { weight: 1 }]]);
    for (let round = 0; round < 4; round++) expect((await ask(local, 'm')).status).toBe(200);
    expect(provider.callsOf('bad').length).toBeLessThanOrEqual(4);
  });

  test('a broken connection and a broken stream before its first content are tried again', async () => {
    provider.on('m', async (line) => {
      // Without any byte of an answer a kept connection would only be taken for an old one, and the call be sent on a new one.
      await line.raw('HTTP/1.1 20');
      line.reset();
    }, async (line) => {
      await line.beginStream();
      await line.chunk(source.frames[0] ?? '');
      line.fin();
    }, stream(source.frames));
    const response = await gateway([['m', 'm']]).post(chat.path('m', true), chat.body('m', true));
    expect(chat.looksFinished(await response.text())).toBe(true);
    expect(response.headers.get('x-litellm-attempted-retries')).toBe('2');
  });

  test('Retry-After is waited for, but not for minutes', async () => {
    const local = gateway([['m', 'm']]);
    provider.on('m', failing(503, 'busy', { 'retry-after': '1' }), good);
    const startedMs = performance.now();
    expect((await ask(local, 'm')).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(900);
    provider.on('m', failing(429, 'busy', { 'retry-after': '300' }));
    const response = await ask(local, 'm');
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '300']);
    expect(provider.callsOf('m')).toHaveLength(3);
  });

  test('retries and fallbacks together keep within one budget', async () => {
    provider.on('a', failing(500)).on('b', failing(500)).on('c', failing(503, 'the last word'));
    const local = gateway([['a', 'a'], ['b', 'b'], ['c', 'c']], { router_settings: { fallbacks: [{ a: ['b', 'c'] }], num_retries: 2 } });
    const response = await ask(local, 'a');
    expect(response.status).toBe(503);
    expect((await errorOf(response))['message']).toContain('the last word');
    expect(provider.calls).toHaveLength(5);
  });
});

describe('fallbacks', () => {
  const local = (): LocalGateway => gateway([['a', 'a'], ['b', 'b'], ['wide', 'wide'], ['mild', 'mild']], {
    router_settings: { fallbacks: [{ a: ['b'] }], context_window_fallbacks: [{ a: ['wide'] }], content_policy_fallbacks: [{ a: ['mild'] }], num_retries: 0 },
  });

  beforeEach(() => {
    for (const name of ['b', 'wide', 'mild']) provider.on(name, good);
  });

  test.each([400, 401, 404, 429, 500, 503])('after status %d', async (status) => {
    provider.on('a', failing(status));
    const response = await ask(local(), 'a');
    expect([response.status, response.headers.get('x-litellm-attempted-fallbacks')]).toEqual([200, '1']);
    expect(((await response.json()) as { model: string }).model).toBe('a');
    expect(provider.callsOf('b')).toHaveLength(1);
  });

  test('a prompt that is too long, and one that is refused, have lists of their own', async () => {
    provider.on('a', failing(400, "This model's maximum context length is 4096 tokens."));
    expect((await ask(local(), 'a')).status).toBe(200);
    provider.on('a', json({ error: { message: 'flagged', type: 'invalid_request_error', param: null, code: 'content_policy_violation' } }, 400));
    expect((await ask(local(), 'a')).status).toBe(200);
    expect([provider.callsOf('wide').length, provider.callsOf('mild').length, provider.callsOf('b').length]).toEqual([1, 1, 0]);
  });

  test('the request names its own, or none at all', async () => {
    provider.on('a', failing(500, 'first'));
    for (const fallbacks of [['mild'], [{ model: 'mild' }]]) expect((await ask(local(), 'a', { fallbacks })).headers.get('x-litellm-model-group')).toBe('mild');
    expect(provider.callsOf('mild')).toHaveLength(2);
    expect((await ask(local(), 'a', { disable_fallbacks: true })).status).toBe(500);
    expect(provider.callsOf('b')).toHaveLength(0);
    expect(provider.calls.some(({ json: body }) => 'fallbacks' in body || 'disable_fallbacks' in body)).toBe(false);
  });

  test('a stream that fails before its first content, and a 200 with an error inside', async () => {
    provider.on('b', stream(source.frames));
    const failure = `data: ${JSON.stringify({ error: { message: 'overloaded', code: 529 } })}\n\n`;
    for (const play of [stream([failure]), stream([source.frames[0] ?? '', failure]), stream([': waiting\n\n', failure]), json({ error: { message: 'overloaded', code: 529 } }), silenceThen((line) => line.reset())]) {
      provider.on('a', play);
      const response = await local().post(chat.path('a', true), chat.body('a', true));
      expect(response.headers.get('x-litellm-attempted-fallbacks')).toBe('1');
      const text = await response.text();
      expect(chat.looksFinished(text)).toBe(true);
      expect(text).not.toContain('overloaded');
    }
  });

  test('none once the answer has begun', async () => {
    provider.on('a', async (line) => {
      await line.beginStream();
      await line.chunk(source.frames.slice(0, 4).join(''));
      await Bun.sleep(5);
      line.reset();
    });
    const response = await local().post(chat.path('a', true), chat.body('a', true));
    expect(chat.streamError(await response.text())).not.toBeNull();
    expect(provider.callsOf('b')).toHaveLength(0);
  });

  test('from one dialect to another, the client hears its own', async () => {
    const [, anthropic] = providerDialects;
    if (!anthropic) throw new Error('no such provider');
    const mixed = localGateway(configOf([
      { name: 'a', model: 'anthropic/a', base: provider.url }, { name: 'b', model: 'deepseek/b', base: `${provider.url}/v1` },
    ], { router_settings: { fallbacks: [{ a: ['b'] }, { b: ['a'] }], num_retries: 0 } }));
    provider.on('a', json(anthropic.error('Overloaded'), 529)).on('b', stream(source.frames));
    const response = await mixed.post(messages.path('a', true), messages.body('a', true));
    const text = await response.text();
    expect(messages.looksFinished(text)).toBe(true);
    expect(text).toContain('"model":"a"');
  });
});

const silenceThen = (then: Play): Play => async (line, call) => {
  await Bun.sleep(20);
  await then(line, call);
};

describe('cool-downs', () => {
  test('a deployment that answers 429 rests while another one of its group works', async () => {
    provider.on('limited', failing(429)).on('free', good);
    const local = gateway([['m', 'limited'], ['m', 'free']]);
    for (let round = 0; round < 12; round++) expect((await ask(local, 'm')).status).toBe(200);
    expect(provider.callsOf('limited').length).toBeLessThanOrEqual(1);
  });

  test('with allowed_fails a single one rests too, says for how long, and comes back', async () => {
    provider.on('m', failing(500), good);
    const local = gateway([['m', 'm']], { router_settings: { allowed_fails: 0, cooldown_time: 1, num_retries: 0 } });
    expect((await ask(local, 'm')).status).toBe(500);
    const resting = await ask(local, 'm');
    expect([resting.status, resting.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await errorOf(resting)).toMatchObject({ type: 'all_deployments_in_cooldown', code: '429' });
    expect(provider.calls).toHaveLength(1);
    await Bun.sleep(1_050);
    expect((await ask(local, 'm')).status).toBe(200);
  });

  test('a bad request never sends anything to rest', async () => {
    provider.on('m', failing(400));
    const local = gateway([['m', 'm']], { router_settings: { allowed_fails: 0, num_retries: 0 } });
    for (let round = 0; round < 5; round++) expect((await ask(local, 'm')).status).toBe(400);
    expect(provider.calls).toHaveLength(5);
  });
});

describe('limits and choice', () => {
  test('rpm of a deployment', async () => {
    provider.on('m', good);
    const local = gateway([['m', 'm', { rpm: 2 }]]);
    // A minute that turns in between counts anew.
    if (60_000 - (Date.now() % 60_000) < 2_000) await Bun.sleep(2_100);
    const statuses = [];
    for (let round = 0; round < 4; round++) statuses.push((await ask(local, 'm')).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    const refused = await ask(local, 'm');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(provider.calls).toHaveLength(2);
  });

  test('weights', async () => {
    provider.on('heavy', good).on('light', good);
    const local = gateway([['m', 'heavy', { weight: 9 }], ['m', 'light', { weight: 1 }]]);
    for (let round = 0; round < 200; round++) await ask(local, 'm').then((response) => response.text());
    const share = provider.callsOf('heavy').length / 200;
    expect(share).toBeGreaterThan(0.78);
    expect(share).toBeLessThan(0.98);
  });

  test('order goes before weight', async () => {
    provider.on('first', good).on('second', good);
    const local = gateway([['m', 'second', { order: 2, weight: 100 }], ['m', 'first', { order: 1, weight: 1 }]]);
    for (let round = 0; round < 10; round++) await ask(local, 'm').then((response) => response.text());
    expect(provider.callsOf('second')).toHaveLength(0);
    provider.on('first', failing(503));
    expect((await ask(local, 'm')).status).toBe(200);
  });

  test('tags', async () => {
    provider.on('free', good).on('paid', good);
    const local = gateway([['m', 'free', { tags: ['free'] }], ['m', 'paid', { tags: ['paid'] }]], { router_settings: { enable_tag_filtering: true } });
    for (let round = 0; round < 5; round++) {
      await ask(local, 'm', { metadata: { tags: ['paid'] } }).then((response) => response.text());
      await ask(local, 'm', {}, { 'x-litellm-tags': 'paid' }).then((response) => response.text());
    }
    expect([provider.callsOf('free').length, provider.callsOf('paid').length]).toEqual([0, 10]);
    expect(provider.calls.some(({ json: body }) => 'metadata' in body || 'tags' in body)).toBe(false);
    const refused = await ask(local, 'm', { tags: ['gold'] });
    expect([refused.status, (await errorOf(refused))['message']]).toEqual([401, expect.stringContaining('Not allowed to access model due to tags')]);
  });
});

describe('time-outs', () => {
  test.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['x-litellm-timeout', {}, { 'x-litellm-timeout': '0.2' }], ['timeout in the body', { timeout: 0.2 }, {}],
  ])('%s holds for a plain call and for the first byte of a stream', async (_what, more, headers) => {
    provider.on('m', silence);
    const local = gateway([['m', 'm']], { router_settings: { num_retries: 0 } });
    for (const streaming of [false, true]) {
      const startedMs = performance.now();
      const response = await local.post(chat.path('m', streaming), { ...chat.body('m', streaming), ...more }, headers);
      const { message } = await errorOf(response);
      expect([response.status, message]).toEqual([408, expect.stringContaining('Timeout')]);
      expect(performance.now() - startedMs).toBeLessThan(2_000);
      await (await provider.call('m', streaming ? 2 : 1)).closed;
    }
  });

  test('a plain answer that comes too slowly is given up', async () => {
    provider.on('m', async (line) => {
      await line.head(200, { 'content-type': 'application/json', 'transfer-encoding': 'chunked' });
      for (let piece = 0; piece < 100 && !line.gone; piece++) {
        await line.chunk(' ');
        await Bun.sleep(20);
      }
    });
    const response = await ask(gateway([['m', 'm', { timeout: 0.3 }]], { router_settings: { num_retries: 0 } }), 'm');
    expect(response.status).toBe(408);
    await provider.calls[0]?.closed;
  });

  test('stream_timeout ends a stream that falls silent, with an error and not with an end', async () => {
    provider.on('m', async (line) => {
      await line.beginStream();
      await line.chunk(source.frames.slice(0, 4).join(''));
    });
    const local = gateway([['m', 'm', { stream_timeout: 0.3 }]], { router_settings: { num_retries: 0 } });
    for (const dialect of clientDialects) {
      const text = await (await local.post(dialect.path('m', true), dialect.body('m', true))).text();
      expect(dialect.streamError(text)).toContain('timed out');
      expect(dialect.looksFinished(text)).toBe(false);
    }
    for (const call of provider.calls) await call.closed;
  });

  test('a model has its own limits for the silence inside of a stream, and for all of it', async () => {
    provider.on('m', async (line) => {
      await line.beginStream();
      await line.chunk(source.frames.slice(0, 4).join(''));
      for (let round = 0; round < 200 && !line.gone; round++) {
        await Bun.sleep(20);
        await line.chunk(': busy\n\n');
      }
    });
    const told = async (own: Record<string, unknown>): Promise<string | null> => {
      const response = await gateway([['m', 'm', own]], { router_settings: { num_retries: 0 } }).post(chat.path('m', true), chat.body('m', true));
      return chat.streamError(await response.text());
    };
    expect(await told({ total_timeout: 0.4, idle_timeout: 0.3 })).toContain('timeout value=0.4 seconds');
    provider.clear();
    provider.on('m', async (line) => {
      await line.beginStream();
      await line.chunk(source.frames.slice(0, 4).join(''));
    });
    expect(await told({ total_timeout: 20, idle_timeout: 0.3 })).toContain('timeout value=0.3 seconds');
  });
});

describe('keep-alive', () => {
  const quiet: Play = async (line) => {
    await line.beginStream();
    await line.chunk(source.frames.slice(0, 4).join(''));
    await Bun.sleep(500);
    await line.chunk(source.frames.slice(4).join(''));
    await line.end();
  };
  const late: Play = async (line) => {
    await line.beginStream();
    await Bun.sleep(500);
    await line.chunk(source.frames.join(''));
    await line.end();
  };
  const marks: Record<string, string> = { 'openai-chat': ': keepalive', 'anthropic-messages': 'event: ping\ndata: {"type":"ping"}' };

  test.each(clientDialects.map((dialect) => [dialect.name, dialect] as const))('a silent stream in %s is kept alive, and ends as it should', async (name, dialect) => {
    const local = localGateway(configOf([{ name: 'm', model: 'deepseek/m', base: `${provider.url}/v1` }]), { keepAliveMs: 80 });
    for (const play of [quiet, late]) {
      provider.on('m', play);
      const text = await (await local.post(dialect.path('m', true), dialect.body('m', true))).text();
      expect(text).toContain(marks[name] ?? ':');
      expect(dialect.looksFinished(text)).toBe(true);
      expect(dialect.streamError(text)).toBeNull();
    }
  });
});
