// A failed stream never looks finished: recorded streams are cut everywhere, in every way, and told to clients of every dialect.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { clientDialects, clientOf, configOf, providerDialects, providerOf, responsesFrames, type ClientDialect, type ProviderDialect } from '../../support/dialects.ts';
import { gzipSync } from 'node:zlib';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { recorded } from '../../support/recorded-streams.ts';
import { ScriptedProvider, stream, type Play } from '../../support/provider.ts';

let provider: ScriptedProvider;
let local: LocalGateway;

beforeAll(async () => {
  provider = await ScriptedProvider.start();
  const models = providerDialects.map(({ name, configured, base }) => ({ name, model: configured(name), base: base(provider.url) }));
  local = localGateway(configOf([...models, { name: 'openai', model: 'openai/openai', base: `${provider.url}/v1` }], { router_settings: { num_retries: 0 } }));
});
beforeEach(() => provider.clear());
afterAll(() => provider.stop());

const crossings = clientDialects.flatMap((client) => providerDialects.map((source) => [client.name, source.name, client, source] as const));

/** Reads a stream to its end, however it ends. */
async function readAll(response: Response): Promise<{ text: string; broken: boolean }> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    return { text, broken: false };
  } catch {
    return { text, broken: true };
  }
}

async function streamed(client: ClientDialect, model: string, play: Play): Promise<{ status: number; text: string; broken: boolean }> {
  provider.on(model, play);
  const response = await local.post(client.path(model, true), client.body(model, true));
  return { status: response.status, ...(await readAll(response)) };
}

type Heard = Awaited<ReturnType<typeof streamed>>;

/** The client was told that the answer failed, in its dialect: by a status, or by an error event and nothing that looks like an end. */
function expectFailure(client: ClientDialect, { status, text, broken }: Heard): void {
  expect(broken, text).toBe(false);
  if (status !== 200) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(client.errorMessage(JSON.parse(text), status), text).not.toBeNull();
    return;
  }
  expect(client.streamError(text), text).not.toBeNull();
  expect(client.looksFinished(text), text).toBe(false);
  expect(text.trimEnd().split('\n\n').at(-1)).toContain('error');
}

const ways: readonly [string, (line: Parameters<Play>[0]) => void | Promise<void>][] = [
  ['FIN', (line) => line.fin()],
  ['RST', (line) => line.reset()],
  ['a proper end of the HTTP body', (line) => line.end()],
];

const cutAfter = (bytes: string | Uint8Array, how: (line: Parameters<Play>[0]) => void | Promise<void>): Play => async (line) => {
  await line.beginStream();
  await line.chunk(bytes);
  // Everything is on its way before the connection ends.
  await Bun.sleep(2);
  await how(line);
};

/** How many of the frames are enough for a proper end. */
function framesNeeded({ name, frames }: ProviderDialect): number {
  return name === 'gemini' ? frames.findIndex((frame) => frame.includes('finishReason')) + 1 : frames.length;
}

describe.each(crossings)('%s from %s', (_client, model, client, source) => {
  test('the whole stream is finished, and has no error', async () => {
    const { status, text } = await streamed(client, model, stream(source.frames));
    expect(status).toBe(200);
    expect(client.looksFinished(text), text).toBe(true);
    expect(client.streamError(text)).toBeNull();
  });

  test.each(ways)('cut after every frame by %s', async (_how, how) => {
    for (let count = 0; count < framesNeeded(source); count++) {
      expectFailure(client, await streamed(client, model, cutAfter(source.frames.slice(0, count).join(''), how)));
    }
  });

  test('cut at many single bytes', async () => {
    const bytes = Buffer.from(source.frames.slice(0, framesNeeded(source)).join(''));
    // The last frame may lack its blank line and still be whole; before that every byte counts. A step that is prime meets all positions in lines.
    const last = bytes.length - (source.frames[framesNeeded(source) - 1]?.length ?? 0);
    for (let at = 1; at < last; at += 53) expectFailure(client, await streamed(client, model, cutAfter(bytes.subarray(0, at), ways[at % 3]?.[1] ?? ((line) => line.fin()))));
  });

  test('an error event in the middle is the client’s error event', async () => {
    const begun = source.name === 'gemini' ? 1 : 4;
    const half = source.frames.slice(0, begun).join('');
    const failure = `${source.name === 'anthropic' ? 'event: error\n' : ''}data: ${JSON.stringify(source.error('The engine fell over'))}\n\n`;
    const heard = await streamed(client, model, stream([half + failure + source.frames.slice(begun).join('')]));
    expectFailure(client, heard);
    expect(heard.text).toContain('The engine fell over');
  });

  test('an error event at once is a plain error with a status', async () => {
    const failure = `${source.name === 'anthropic' ? 'event: error\n' : ''}data: ${JSON.stringify(source.error('The engine fell over'))}\n\n`;
    const heard = await streamed(client, model, stream([failure]));
    expect(heard.status).toBe(500);
    expectFailure(client, heard);
  });

  test('a stream in many small pieces is the same stream', async () => {
    const whole = await streamed(client, model, stream(source.frames));
    const bytes = Buffer.from(source.frames.join(''));
    const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) => bytes.subarray(index * 7, index * 7 + 7));
    const small = await streamed(client, model, stream(pieces));
    const steady = (text: string): string => text.replace(/"(id|created|created_at|response_?[iI]d|item_id)":("[^"]*"|\d+)/g, '"$1":0');
    expect(steady(small.text)).toBe(steady(whole.text));
  });

  test.each([
    ['numbers and words', 'data: 5\n\ndata: "text"\n\ndata: null\n\ndata: true\n\n'],
    ['arrays', 'data: []\n\ndata: [null]\n\n'],
    ['cut JSON', 'data: {"choices":[{"delta":\n\n'],
    ['members of wrong types', ['{"choices":{}}', '{"choices":[null,5,"x",{}]}', '{"choices":[{"delta":5}]}', '{"choices":[{"delta":{"tool_calls":[null,{}]}}]}', '{"usage":"x"}', '{"type":5}',
      '{"type":"message_start"}', '{"type":"message_start","message":5}', '{"type":"content_block_start"}', '{"type":"content_block_delta","index":9}',
      '{"type":"content_block_delta","index":0,"delta":null}', '{"type":"message_delta"}', '{"type":"message_delta","delta":5,"usage":7}', '{"candidates":[null]}', '{"candidates":{}}',
      '{"candidates":[{"content":{"parts":[null,5,{}]}}]}', '{"candidates":[{"content":5}]}'].map((data) => `data: ${data}\n\n`).join('')],
    ['no events at all', ': nothing\n\nretry: 5\n\nid: 7\n\n'],
    ['HTML', '<html><body>502 Bad Gateway</body></html>'],
    ['binary', Buffer.from([0, 255, 254, 10, 10, 0, 13, 10, 13, 10, 200])],
  ] as const)('%s in place of events are a failure', async (_what, bytes) => {
    for (const how of [ways[0], ways[2]]) if (how) expectFailure(client, await streamed(client, model, cutAfter(bytes, how[1])));
    expect(local.errors).toEqual([]);
  });
});

describe('Responses to Responses', () => {
  const client = clientOf('openai-responses');

  test('the provider’s bytes pass but for the model and the end that LiteLLM adds', async () => {
    const { text } = await streamed(client, 'openai', stream(responsesFrames));
    const model = /"model":"([^"]+)"/.exec(responsesFrames.join(''))?.[1] ?? '';
    expect(text).toBe(responsesFrames.join('').replaceAll(`"model":"${model}"`, '"model":"openai"') + 'data: [DONE]\n\n');
  });

  test('cut after every frame', async () => {
    const ends = responsesFrames.findIndex((frame) => frame.includes('response.completed'));
    for (let count = 0; count <= ends; count += count < 12 || count > ends - 6 ? 1 : 9) {
      const heard = await streamed(client, 'openai', cutAfter(responsesFrames.slice(0, count).join(''), (line) => line.fin()));
      expectFailure(client, heard);
      if (heard.status === 200) expect(heard.text).toContain('event: response.failed');
    }
  });
});

describe.each(crossings.filter(([, , client, source]) => client.name === source.same))('%s passes %s', (_client, model, client, source) => {
  test('the client gets the provider’s bytes, but for the model and a usage chunk that it did not ask for', async () => {
    const { text } = await streamed(client, model, stream(source.frames));
    const sent = source.frames.filter((frame) => client.name !== 'openai-chat' || !frame.includes('"choices":[]')).join('');
    const named = /"model":"([^"]+)"/.exec(sent)?.[1] ?? '';
    expect(text).toBe(sent.replaceAll(`"model":"${named}"`, `"model":"${model}"`) + (client.name === 'openai-responses' ? 'data: [DONE]\n\n' : ''));
  });
});

describe('every recorded stream, cut on the line', () => {
  const modelOf: Readonly<Record<string, string>> = { 'openai-chat': 'deepseek', 'anthropic-messages': 'anthropic', gemini: 'gemini', 'openai-responses': 'openai' };
  const streams = recorded.filter(({ dialect }) => modelOf[dialect] !== undefined);

  test.each(clientDialects.map((client) => [client.name, client] as const))('for %s', async (_client, client) => {
    for (const [index, { name, dialect, frames }] of streams.entries()) {
      const bytes = Buffer.concat(frames);
      const last = bytes.length - (frames.at(-1)?.length ?? 0);
      // Somewhere, at another place for each client, and in the last frame.
      const places = [(index * 7919 + client.name.length * 104_729) % last, last + ((frames.at(-1)?.length ?? 0) >> 1)];
      for (const [turn, at] of places.entries()) {
        const heard = await streamed(client, modelOf[dialect] ?? '', cutAfter(bytes.subarray(0, at), ways[(index + turn) % 3]?.[1] ?? ((line) => line.fin())));
        try {
          expectFailure(client, heard);
        } catch (error) {
          throw new Error(`${name} cut at ${at} of ${bytes.length}`, { cause: error });
        }
      }
    }
  });
});

describe('packed streams', () => {
  const chat = clientOf('openai-chat');
  const source = providerOf('deepseek');
  const packed = gzipSync(source.frames.join(''));
  const played = (bytes: Uint8Array): Play => async (line) => {
    await line.beginStream({ 'content-encoding': 'gzip' });
    await line.chunk(bytes);
    await line.end();
  };

  test('a packed stream is unpacked', async () => {
    const { text } = await streamed(chat, 'deepseek', played(packed));
    expect(chat.looksFinished(text)).toBe(true);
  });

  test('a packed stream that is cut short is a failure', async () => {
    expectFailure(chat, await streamed(chat, 'deepseek', played(packed.subarray(0, packed.length >> 1))));
    expectFailure(chat, await streamed(chat, 'deepseek', played(Buffer.from('no gzip at all'))));
  });
});

test('an event larger than the bound is a failure, and the connection is closed', async () => {
  const chat = clientOf('openai-chat');
  const heard = await streamed(chat, 'deepseek', async (line) => {
    await line.beginStream();
    await line.chunk('data: {"choices":[{"index":0,"delta":{"content":"');
    const piece = Buffer.alloc(1024 * 1024, 0x78);
    for (let megabytes = 0; megabytes < 80 && !line.gone; megabytes++) await line.chunk(piece);
  });
  expectFailure(chat, heard);
  expect(heard.text).toContain('larger');
  await provider.calls.at(-1)?.closed;
}, 60_000);
