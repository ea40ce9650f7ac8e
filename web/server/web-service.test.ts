// The service over a real socket, in front of a scripted provider.
import { afterEach, beforeEach, describe, expect, test } from 'bun:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayBackend, readServerSentEvents } from '../../client/index.ts';
import { type ScriptedProvider, startScriptedProvider } from '../../test/support/scripted-provider.ts';
import type { AnswerEvent } from '../shared/api.ts';
import type { AssistantMessage, Conversation, ConversationSummary } from '../shared/conversation.ts';
import { SqliteConversationStore } from './conversations/sqlite-store.ts';
import { startWebService, type WebService } from './web-service.ts';

const apiKey = 'sk-secret-of-the-service';
const folder = mkdtempSync(join(tmpdir(), 'weir-web-'));
writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Page</title>');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

let provider: ScriptedProvider;
let service: WebService;

beforeEach(() => {
  provider = startScriptedProvider({ apiKey });
  service = startWebService({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: ['weir.test'],
    gatewayUrl: 'http://127.0.0.1:1',
    backend: new GatewayBackend({ baseUrl: provider.url, apiKey }),
    store: new SqliteConversationStore(':memory:'),
    pageFolder: folder,
    lingerMs: 100,
  });
});
afterEach(async () => {
  await service.stop(0);
  await provider.stop();
});

function call(method: string, path: string, body?: unknown, init: RequestInit = {}): Promise<Response> {
  const headers = { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...init.headers };
  return fetch(service.url + path, { ...init, method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

async function newConversation(systemPrompt = ''): Promise<string> {
  const id = crypto.randomUUID();
  expect((await call('POST', '/api/conversations', { id, model: 'deepseek', systemPrompt })).status).toBe(201);
  return id;
}

function ask(conversationId: string, text: string, parentId: string | null = null, init: RequestInit = {}): Promise<Response> {
  const question = { kind: 'new', id: crypto.randomUUID(), parentId, text };
  return call('POST', `/api/conversations/${conversationId}/answers`, { answerId: crypto.randomUUID(), model: 'deepseek', question }, init);
}

async function eventsOf(response: Response): Promise<AnswerEvent[]> {
  if (!response.body) throw new Error('no body');
  const events = await Array.fromAsync(readServerSentEvents(response.body));
  return events.map(({ data }) => JSON.parse(data) as AnswerEvent);
}

async function read(id: string): Promise<Conversation> {
  return (await (await call('GET', `/api/conversations/${id}`)).json()) as Conversation;
}

async function listed(query = ''): Promise<ConversationSummary[]> {
  const answer = (await (await call('GET', `/api/conversations${query}`)).json()) as { conversations: ConversationSummary[] };
  return answer.conversations;
}

function lastAnswer({ messages }: Conversation): AssistantMessage {
  const last = messages.at(-1);
  if (last?.role !== 'assistant') throw new Error('The last message is no answer');
  return last;
}

describe('answers', () => {
  test('are streamed, and kept with usage, cost and speed', async () => {
    provider.script = () => [{ reasoning: 'Hm.' }, { text: 'Hello ' }, { text: '水' }];
    const id = await newConversation('Be kind.');
    const events = await eventsOf(await ask(id, 'Say hello\nplease'));
    expect(events.at(-1)?.type).toBe('done');
    expect(provider.calls[0]?.request.messages).toEqual([
      { role: 'system', content: 'Be kind.' },
      { role: 'user', content: 'Say hello\nplease' },
    ]);
    const conversation = await read(id);
    expect(conversation.title).toBe('Say hello');
    expect(conversation.leafId).toBe(lastAnswer(conversation).id);
    expect(lastAnswer(conversation)).toMatchObject({
      text: 'Hello 水', reasoning: 'Hm.', status: 'done', model: 'deepseek', finishReason: 'stop', costUsd: 0.00042,
      usage: { inputTokens: 1234, outputTokens: 56, totalTokens: 1290 },
    });
    expect(lastAnswer(conversation).firstTokenMs).toBeNumber();
  });

  test('when the reader leaves and does not come back, the provider is left too and what came is kept', async () => {
    provider.script = () => [{ text: 'The beginning' }, 'hold'];
    const id = await newConversation();
    const controller = new AbortController();
    const response = await ask(id, 'Go', null, { signal: controller.signal });
    await response.body?.getReader().read();
    await Bun.sleep(50);
    controller.abort();
    await provider.calls[0]?.left;
    await Bun.sleep(20);
    expect(lastAnswer(await read(id))).toMatchObject({ status: 'stopped', text: 'The beginning' });
  });

  test('a reader who comes back gets what is there and the rest', async () => {
    provider.script = () => [{ text: 'The beginning' }, 'hold', { text: ' and the end' }];
    const id = await newConversation();
    const controller = new AbortController();
    const response = await ask(id, 'Go', null, { signal: controller.signal });
    await response.body?.getReader().read();
    await Bun.sleep(50);
    controller.abort();
    const { id: answerId } = lastAnswer(await read(id));
    const back = await call('GET', `/api/answers/${answerId}`);
    // Longer than an answer without a reader would be written on.
    await Bun.sleep(150);
    provider.release();
    const events = await eventsOf(back);
    expect(events[0]).toMatchObject({ type: 'snapshot', answer: { text: 'The beginning', status: 'streaming' } });
    expect(events.at(-1)).toMatchObject({ type: 'done', answer: { text: 'The beginning and the end', status: 'done' } });
    expect((await call('GET', `/api/answers/${answerId}`)).status).toBe(404);
  });

  test('a stopped answer leaves the provider at once, and every reader is told', async () => {
    provider.script = () => [{ text: 'The beginning' }, 'hold'];
    const id = await newConversation();
    const response = await ask(id, 'Go');
    await Bun.sleep(50);
    const { id: answerId } = lastAnswer(await read(id));
    expect((await call('POST', `/api/answers/${answerId}/stop`)).status).toBe(200);
    await provider.calls[0]?.left;
    expect((await eventsOf(response)).at(-1)).toMatchObject({ type: 'done', answer: { status: 'stopped', text: 'The beginning' } });
    expect((await call('POST', `/api/answers/${answerId}/stop`)).status).toBe(404);
  });

  test('an answer that was stopped is gone on with as another version that begins with it', async () => {
    provider.script = ({ messages }) => (messages.at(-2)?.role === 'assistant' ? [{ text: ' and the end' }] : [{ text: 'The beginning' }, 'hold']);
    const id = await newConversation();
    const response = await ask(id, 'Go');
    await Bun.sleep(50);
    const broken = lastAnswer(await read(id));
    await call('POST', `/api/answers/${broken.id}/stop`);
    await eventsOf(response);
    const question = { kind: 'existing', id: broken.parentId };
    const again = (continues: string): Promise<Response> => call('POST', `/api/conversations/${id}/answers`, { answerId: crypto.randomUUID(), model: 'deepseek', continues, question });
    expect((await eventsOf(await again(broken.id))).at(-1)).toMatchObject({ type: 'done', answer: { text: 'The beginning and the end', status: 'done', parentId: broken.parentId } });
    expect(provider.calls.at(-1)?.request.messages.slice(-2)).toMatchObject([{ role: 'assistant', content: 'The beginning' }, { role: 'user' }]);
    expect((await again(crypto.randomUUID())).status).toBe(404);
  });

  const failures = [
    { name: 'refused by the gateway', script: () => ({ status: 429, message: 'Slow down', headers: { 'retry-after': '3' } }), failure: { kind: 'rateLimit', message: 'Slow down', retryAfterMs: 3000 }, text: '' },
    { name: 'cut', script: () => [{ text: 'Half' }, 'cut' as const], failure: { kind: 'streamBroken' }, text: 'Half' },
    { name: 'with an error inside', script: () => [{ text: 'Half' }, { inBandError: 'Provider gone' }], failure: { kind: 'upstream', message: 'Provider gone' }, text: 'Half' },
  ];
  for (const { name, script, failure, text } of failures) {
    test(`that are ${name} say so`, async () => {
      provider.script = script;
      const id = await newConversation();
      const last = (await eventsOf(await ask(id, 'Go'))).at(-1);
      expect(last).toMatchObject({ type: 'done', answer: { status: 'failed', failure, text } });
      expect(lastAnswer(await read(id))).toMatchObject({ status: 'failed', failure, text });
    });
  }

  test('to the same question again are siblings; one that never was is replaced', async () => {
    provider.script = () => ({ status: 500, message: 'Down' });
    const id = await newConversation();
    await eventsOf(await ask(id, 'Go'));
    provider.script = () => [{ text: 'First' }];
    const question = { kind: 'existing', id: (await read(id)).messages[0]?.id };
    await eventsOf(await call('POST', `/api/conversations/${id}/answers`, { answerId: crypto.randomUUID(), model: 'local', question }));
    await eventsOf(await call('POST', `/api/conversations/${id}/answers`, { answerId: crypto.randomUUID(), model: 'local', question }));
    const { messages, model } = await read(id);
    expect(messages.map(({ role, parentId }) => [role, parentId === question.id])).toEqual([['user', false], ['assistant', true], ['assistant', true]]);
    expect(model).toBe('local');
  });

  test('only the branch is sent to the model', async () => {
    const id = await newConversation();
    await eventsOf(await ask(id, 'One'));
    const first = await read(id);
    await eventsOf(await ask(id, 'Two', first.leafId));
    await eventsOf(await ask(id, 'Two, edited', first.leafId));
    expect(provider.calls.at(-1)?.request.messages.map(({ content }) => content)).toEqual(['One', 'You said: One', 'Two, edited']);
  });
});

describe('conversations', () => {
  test('are listed newest first, found, renamed, deleted and brought back', async () => {
    const older = await newConversation();
    await eventsOf(await ask(older, '关于水坝 100%'));
    await Bun.sleep(2);
    const newer = await newConversation();
    await eventsOf(await ask(newer, 'About rivers'));
    expect((await listed()).map(({ id }) => id)).toEqual([newer, older]);
    expect((await listed('?search=RIVERS')).map(({ id }) => id)).toEqual([newer]);
    expect((await listed(`?search=${encodeURIComponent('水坝')}`)).map(({ id }) => id)).toEqual([older]);
    expect((await listed('?search=100%25')).map(({ id }) => id)).toEqual([older]);
    expect(await listed('?search=_')).toEqual([]);
    await call('PATCH', `/api/conversations/${newer}`, { title: 'Streams' });
    expect((await listed())[0]?.title).toBe('Streams');
    await call('DELETE', `/api/conversations/${newer}`);
    expect((await listed()).map(({ id }) => id)).toEqual([older]);
    expect((await call('GET', `/api/conversations/${newer}`)).status).toBe(404);
    await call('POST', `/api/conversations/${newer}/restore`);
    expect(await listed()).toHaveLength(2);
    const first = (await listed())[0];
    expect(await listed(`?after=${first?.updatedAtMs}:${first?.id}`)).toHaveLength(1);
  });

  test('bad input is refused with a reason', async () => {
    const id = await newConversation();
    expect((await call('POST', '/api/conversations', { id, model: 'deepseek', systemPrompt: '' })).status).toBe(409);
    expect((await call('POST', '/api/conversations', { id: '../x', model: '', systemPrompt: '' })).status).toBe(400);
    expect((await call('PATCH', `/api/conversations/${id}`, { title: 7 })).status).toBe(400);
    expect((await call('PATCH', `/api/conversations/${id}`, ['no'])).status).toBe(400);
    expect((await call('PATCH', `/api/conversations/${crypto.randomUUID()}`, {})).status).toBe(404);
    expect((await ask(id, '  ')).status).toBe(400);
    expect((await ask(id, 'Lost', crypto.randomUUID())).status).toBe(404);
    expect((await call('POST', `/api/conversations/${id}/answers`, 'text', { headers: { 'content-type': 'text/plain' } })).status).toBe(400);
    expect((await call('PUT', '/api/health')).status).toBe(404);
  });

  test('a body that is too large is refused', async () => {
    const response = await call('POST', '/api/conversations', { pad: 'x'.repeat(41 * 1024 * 1024) });
    expect(response.status).toBe(413);
  });
});

describe('files', () => {
  const png = { name: 'dot.png', mediaType: 'image/png', data: 'iVBORw0KGgo=' };
  const askWith = (id: string, attachments: unknown, text = 'What is this?'): Promise<Response> =>
    call('POST', `/api/conversations/${id}/answers`, { answerId: crypto.randomUUID(), model: 'deepseek', question: { kind: 'new', id: crypto.randomUUID(), parentId: null, text, attachments } });

  test('go to the model, are kept, and are shown or saved', async () => {
    const id = await newConversation();
    const [picture, text] = [crypto.randomUUID(), crypto.randomUUID()];
    await eventsOf(await askWith(id, [{ ...png, id: picture }, { id: text, name: 'a.html', mediaType: 'text/html', data: Buffer.from('<script>').toString('base64') }]));
    expect(provider.calls[0]?.request.messages.at(-1)?.content as unknown).toMatchObject([
      { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }, { type: 'text', text: 'File a.html:\n\n```\n<script>\n```' }, { type: 'text', text: 'What is this?' },
    ]);
    expect((await read(id)).messages[0]).toMatchObject({ attachments: [{ id: picture, name: 'dot.png', sizeBytes: 8 }, { name: 'a.html' }] });
    const shown = await call('GET', `/api/attachments/${picture}`);
    expect([shown.headers.get('content-type'), shown.headers.get('content-disposition'), (await shown.bytes()).length]).toEqual(['image/png', 'inline', 8]);
    const saved = await call('GET', `/api/attachments/${text}`);
    expect([saved.headers.get('content-type'), saved.headers.get('content-disposition')]).toEqual(['application/octet-stream', 'attachment']);
    expect((await listed())[0]?.title).toBe('What is this?');
  });

  test('that models cannot be given are refused, as are too many and what is no base64', async () => {
    const id = await newConversation();
    const given = (change: object): object => ({ ...png, id: crypto.randomUUID(), ...change });
    for (const attachments of ['no', [7], [given({ mediaType: 'image/svg+xml', name: 'x.svg' })], [given({ data: '!!!!' })], [given({ id: 'x' })], Array.from({ length: 9 }, () => given({}))]) {
      expect((await askWith(id, attachments)).status).toBe(400);
    }
    expect((await askWith(id, [given({})], '')).status).toBe(200);
  });
});

test('presets are kept, changed and deleted', async () => {
  const id = crypto.randomUUID();
  const names = async (): Promise<string[]> => ((await (await call('GET', '/api/presets')).json()) as { presets: { name: string }[] }).presets.map(({ name }) => name);
  expect((await call('PUT', `/api/presets/${id}`, { name: ' Teacher ', text: 'Be patient.' })).status).toBe(200);
  expect((await call('PUT', `/api/presets/${id}`, { name: '', text: 'x' })).status).toBe(400);
  await call('PUT', `/api/presets/${id}`, { name: '老师', text: 'Be patient.' });
  expect(await names()).toEqual(['老师']);
  await call('DELETE', `/api/presets/${id}`);
  expect(await names()).toEqual([]);
});

test('a shared branch can be read with its link, without the rest, until it is taken back', async () => {
  const id = await newConversation('A private system prompt');
  await eventsOf(await ask(id, 'One'));
  const shared = (await (await call('POST', `/api/conversations/${id}/share`)).json()) as { token: string };
  await eventsOf(await ask(id, 'Said later', (await read(id)).leafId));
  const text = await (await call('GET', `/api/shared/${shared.token}`)).text();
  expect(text).toContain('You said: One');
  expect(text).not.toMatch(/Said later|private/);
  expect((await call('GET', `/api/shared/${shared.token.replace(/^./, '_')}x`)).status).toBe(404);
  await call('DELETE', `/api/conversations/${id}/share`);
  expect((await call('GET', `/api/shared/${shared.token}`)).status).toBe(404);
  expect((await call('POST', `/api/conversations/${crypto.randomUUID()}/share`)).status).toBe(404);
});

describe('security', () => {
  test('other pages and other names are refused', async () => {
    const change = { id: crypto.randomUUID(), model: '', systemPrompt: '' };
    const refused: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { host: 'evil.example' },
      { host: 'evil.example:3000', origin: 'http://evil.example:3000' },
      { host: '127.0.0.1.evil.example' },
    ];
    for (const headers of refused) {
      expect((await call('POST', '/api/conversations', change, { headers })).status).toBe(403);
      if (headers.host) expect((await call('GET', '/api/conversations', undefined, { headers })).status).toBe(403);
    }
    expect((await call('GET', '/api/conversations', undefined, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' } })).status).toBe(403);
    expect((await call('POST', '/api/conversations', change, { headers: { origin: service.url } })).status).toBe(201);
    expect((await call('GET', '/', undefined, { headers: { host: 'weir.test:8080' } })).status).toBe(200);
    expect((await call('GET', '/', undefined, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } })).status).toBe(200);
  });

  test('every answer has the security headers, and none has the key', async () => {
    for (const path of ['/', '/api/health', '/api/models', '/nothing', '/api/nothing']) {
      const response = await call('GET', path);
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect((await response.text()) + JSON.stringify([...response.headers])).not.toContain(apiKey);
    }
  });

  test('nothing outside the page’s folder is served', async () => {
    for (const path of ['/..%2f..%2fetc%2fpasswd', '/%2e%2e/package.json', '/assets/../../x', '/.env', '//etc/passwd', '/assets/%00']) {
      expect((await call('GET', path)).status).toBe(404);
    }
  });
});

async function gatewayState(): Promise<unknown> {
  return ((await (await call('GET', '/api/health')).json()) as { gateway: string }).gateway;
}

test('health follows the gateway down and up, and tells a refused key', async () => {
  expect(await gatewayState()).toBe('up');
  const { port } = provider;
  await provider.stop();
  await Bun.sleep(1050);
  expect(await gatewayState()).toBe('down');
  provider = startScriptedProvider({ port, apiKey: 'sk-another' });
  await Bun.sleep(1050);
  expect(await gatewayState()).toBe('keyRefused');
});
