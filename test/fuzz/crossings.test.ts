// Random answers through the whole gateway, from every vendor's stream to every official library. WEIR_FUZZ_SEED repeats a run,
// WEIR_FUZZ_MS makes it longer.
import * as fc from 'fast-check';
import { cut } from '../support/cut.ts';
import { afterAll, beforeAll, expect, test } from 'bun:test';
import { bytesOf, sizes, steps, wholeOf, type Step } from './script.ts';
import { configOf } from '../support/dialects.ts';
import { judges } from './judges.ts';
import { localGateway, masterKey, type LocalGateway } from '../support/gateway.ts';
import { upstreams } from '../support/model/index.ts';
import type { ProviderDialectName } from '../support/model/turn.ts';

const seed = Number(process.env['WEIR_FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const timeMs = Number(process.env['WEIR_FUZZ_MS'] ?? 16_000);
const share = timeMs / 2;

let answer: (dialect: ProviderDialectName) => readonly Buffer[] = () => [];
let listening: ReturnType<LocalGateway['listen']>;

const provider = ((input: string | URL | Request) => {
  const url = input instanceof Request ? input.url : String(input);
  const pieces = [...answer(dialectIn(url))];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces.shift();
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
  return Promise.resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
}) as NonNullable<Parameters<typeof localGateway>[1]>['fetch'];

function dialectIn(url: string): ProviderDialectName {
  if (url.includes('GenerateContent')) return 'gemini';
  if (url.includes('/messages')) return 'anthropic-messages';
  return url.includes('/responses') ? 'openai-responses' : 'openai-chat';
}

beforeAll(() => {
  console.log(`WEIR_FUZZ_SEED=${seed}`);
  const models = upstreams.map(({ name, model, base }) => ({ name: `on-${name}`, model: model(`m-${name}`), base: base('http://127.0.0.1:9') }));
  listening = localGateway(configOf(models, { router_settings: { num_retries: 0 } }), { ...(provider && { fetch: provider }) }).listen();
});
afterAll(() => listening.stop());

const pairs = upstreams.flatMap(({ name: upstream }) => Object.keys(judges).map((judge) => [upstream, judge] as const));
const url = (): string => listening.url.replace(/\/$/, '');

async function judged(upstream: ProviderDialectName, judge: string, list: readonly Step[], pieces: readonly Buffer[]): Promise<void> {
  answer = () => pieces;
  const expected = wholeOf(list);
  const got = await judges[judge]?.(url(), masterKey, `on-${upstream}`);
  expect({ upstream, judge, ...got }).toEqual({ upstream, judge, ...expected, ...(got?.thinking === null && { thinking: null }) });
}

test('whatever a vendor streams, every library puts together the same', async () => {
  await fc.assert(fc.asyncProperty(steps, sizes, async (list, lengths) => {
    for (const [upstream, judge] of pairs) await judged(upstream, judge, list, cut(bytesOf(upstream, list), lengths));
  }), { seed, numRuns: 10_000, interruptAfterTimeLimit: share, markInterruptAsFailure: false });
}, timeMs + 60_000);

test('cut anywhere, no library takes it for a whole answer', async () => {
  await fc.assert(fc.asyncProperty(steps, sizes, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), async (list, lengths, where) => {
    for (const [upstream, judge] of pairs) {
      const bytes = bytesOf(upstream, list);
      // What a vendor sends after its last word (a blank line) may be missing; chat's usage comes before its end.
      const end = bytes.length - (upstream === 'gemini' ? 4 : 2);
      answer = () => cut(bytes.subarray(0, Math.floor(where * end)), lengths);
      await expect(judges[judge]?.(url(), masterKey, `on-${upstream}`), `${upstream} → ${judge}`).rejects.toThrow();
    }
  }), { seed, numRuns: 10_000, interruptAfterTimeLimit: share, markInterruptAsFailure: false });
}, timeMs + 60_000);
