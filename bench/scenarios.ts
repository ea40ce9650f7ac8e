// What is measured, and how: one entry for each scenario. Numbers of one run on one gateway; `run.ts` repeats them in turn.
import { answerMark } from './answers.ts';
import { type GatewayName, headers, type RunningGateway, type Site } from './gateways.ts';
import { burst, type Destination, fixedRate, openStreams } from './load.ts';
import { cpuTimeUs, percentile, residentMb } from './measure.ts';
import { type Conversation, type ModelPlace, prompt } from './prompts.ts';
import { type Dialect, type Route, routes, streamChunks, streamGapMs } from './routes.ts';
import { wrk } from './wrk.ts';

/** Numbers of one run, by the name of the measure; `targets.ts` says what each is and how it is shown. */
export type Measures = Record<string, number>;

/** A gateway under load. */
export interface Subject {
  readonly site: Site;
  readonly gateway: RunningGateway;
  /** How long the load lasts. */
  readonly seconds: number;
}

/** One thing to measure. */
export interface Scenario {
  readonly name: string;
  /** What `--only` calls it; the same for variants. */
  readonly group: string;
  /** `kept`: on one process that gets all these loads. `fresh`: on a process that has just started. */
  readonly process: 'kept' | 'fresh';
  readonly takesPart: readonly GatewayName[];
  run(subject: Subject): Promise<Measures>;
}

/** A gateway that cannot do what a scenario asks for (yet): reported, no error. */
export class NotSupported extends Error {}

interface Request {
  readonly route: Route;
  readonly client?: Dialect;
  readonly conversation?: Conversation;
  readonly modelPlace?: ModelPlace;
  readonly stream?: boolean;
}

function destination({ site, gateway }: Subject, { route, client = 'chat', ...rest }: Request): Destination {
  const { path, model } = gateway.target(route, client);
  return { port: gateway.port, path, headers: headers(site), body: prompt({ model, dialect: client, ...rest }) };
}

/** How hard a gateway is loaded. */
interface Strength {
  /** Connections of wrk, each with one request at a time. */
  readonly connections: number;
  readonly streams: number;
  /** Of the load with a fixed rate. */
  readonly requestsPerSecond: number;
  /** Longer than asked for, by this factor, so that there is enough to count. */
  readonly longer: number;
}

const full: Strength = { connections: 64, streams: 200, requestsPerSecond: 1_000, longer: 1 };

/**
 * LiteLLM manages about fifty requests a second on one core. Under the full load its queue would be measured, and work for requests that
 * nobody waits for any more would be counted against it; it gets what it can carry, which can only make its numbers better.
 */
const strength: Record<GatewayName, Strength> = {
  weir: full, nginx: full, direct: full, litellm: { connections: 4, streams: 10, requestsPerSecond: 20, longer: 2 },
};

const manyStreams = 2_000;
const heldRequests = 5_000;

async function fullLoad(subject: Subject, request: Request): Promise<Measures> {
  const { site, gateway } = subject;
  const { connections, longer } = strength[gateway.name];
  const seconds = subject.seconds * longer;
  const { port, path, headers: { Authorization = '' }, body } = destination(subject, request);
  const before = cpuTimeUs(gateway.pid);
  const result = await wrk({
    url: `http://127.0.0.1:${port}${path}`, body, authorization: Authorization, connections, seconds, folder: site.folder,
  });
  const usedUs = cpuTimeUs(gateway.pid) - before;
  if (result.requests === 0 || result.failed > 0 || result.broken > 0) {
    throw new Error(`${result.requests} answers, of them ${result.failed} with an error status; ${result.broken} broken connections or timeouts`);
  }
  return {
    cpuUs: usedUs / result.requests,
    perSecond: (result.requests * 1_000_000) / result.durationUs,
    p50Ms: result.p50Us / 1_000,
    p99Ms: result.p99Us / 1_000,
    afterLoadMb: residentMb(gateway.pid),
  };
}

async function streamLoad(subject: Subject, request: Request): Promise<Measures> {
  const { gateway } = subject;
  const { streams: count, longer } = strength[gateway.name];
  const lifeMs = streamChunks * streamGapMs;
  const streams = openStreams(destination(subject, { ...request, stream: true }), count, lifeMs, streamChunks);
  try {
    // Until the starts are spread over a stream's life: then beginnings and ends come evenly, and belong to the cost of a stream.
    await Bun.sleep(lifeMs + 500);
    const eventsBefore = streams.counts.events;
    const cpuBefore = cpuTimeUs(gateway.pid);
    const startedAt = performance.now();
    await Bun.sleep(subject.seconds * longer * 1_000);
    const usedUs = cpuTimeUs(gateway.pid) - cpuBefore;
    const events = streams.counts.events - eventsBefore;
    const elapsedS = (performance.now() - startedAt) / 1_000;
    const { broken, firstByteMs } = streams.counts;
    if (events === 0 || broken > 0) throw new Error(`${events} chunks came; ${broken} streams were refused or broke off`);
    return { cpuUs: usedUs / events, perSecond: events / elapsedS, firstByteP50Ms: percentile(firstByteMs, 50), firstByteP99Ms: percentile(firstByteMs, 99) };
  } finally {
    streams.close();
    await Bun.sleep(300);
  }
}

async function rate(subject: Subject): Promise<Measures> {
  const { requestsPerSecond, longer } = strength[subject.gateway.name];
  const { latenciesMs, failed } = await fixedRate(destination(subject, { route: routes.plain }), requestsPerSecond, subject.seconds * longer);
  if (failed > 0) throw new Error(`${failed} of ${failed + latenciesMs.length} requests failed`);
  return { p50Ms: percentile(latenciesMs, 50), p99Ms: percentile(latenciesMs, 99) };
}

async function startAndIdle({ gateway }: Subject): Promise<Measures> {
  await Bun.sleep(1_000);
  return { firstAnswerMs: gateway.firstAnswerMs, idleMb: residentMb(gateway.pid) };
}

/** Waits while `count` still grows, until it has come to `wanted`, at most half a minute; returns the highest value seen. */
async function grown(count: () => number | Promise<number>, wanted: number): Promise<number> {
  let highest = 0;
  const startedAt = performance.now();
  for (let grewAt = startedAt; performance.now() - grewAt < 5_000 && performance.now() - startedAt < 30_000;) {
    const now = await count();
    if (now > highest) [highest, grewAt] = [now, performance.now()];
    if (highest >= wanted) break;
    await Bun.sleep(100);
  }
  return highest;
}

async function openStreamMemory(subject: Subject): Promise<Measures> {
  const streams = openStreams(destination(subject, { route: routes.open, stream: true }), manyStreams, 2_000, 1);
  try {
    const open = await grown(streams.openNow, manyStreams);
    await Bun.sleep(subject.seconds * 1_000);
    return { open, streamsMb: residentMb(subject.gateway.pid) };
  } finally {
    streams.close();
    await Bun.sleep(500);
  }
}

async function control(site: Site, what: 'held' | 'release'): Promise<{ now: number; peak: number }> {
  const response = await fetch(`http://127.0.0.1:${site.mockPort}/control/${what}`);
  return (await response.json()) as { now: number; peak: number };
}

async function held(subject: Subject): Promise<Measures> {
  const { site, gateway } = subject;
  const load = await burst(destination(subject, { route: routes.held }), heldRequests);
  try {
    const reached = await grown(async () => (await control(site, 'held')).now, heldRequests);
    const heldMb = residentMb(gateway.pid);
    await control(site, 'release');
    const answered = await grown(() => {
      // Whatever reaches the provider only now must not wait for ever.
      void control(site, 'release');
      return load.answeredRight();
    }, heldRequests);
    return { reached, answered, heldMb };
  } finally {
    load.close();
    await control(site, 'release');
  }
}

/** What an answer in a client's dialect cannot lack, besides the mock's text. */
const shape: Record<Dialect, { readonly plain: string; readonly stream: string }> = {
  chat: { plain: '"choices"', stream: '"delta"' },
  messages: { plain: '"stop_reason"', stream: 'content_block_delta' },
};

/** Asks once; a gateway without this translation answers an error, or in the provider's dialect. */
async function mustSupport(subject: Subject, request: Request): Promise<void> {
  const { port, path, headers: all, body } = destination(subject, request);
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers: all, body, signal: AbortSignal.timeout(20_000) });
  const text = await response.text();
  const { stream, client = 'chat' } = request;
  const marks = stream ? [' river', shape[client].stream] : [answerMark, shape[client].plain];
  if (response.status !== 200 || !marks.every((mark) => text.includes(mark))) {
    throw new NotSupported(`not supported: ${response.status} ${text.slice(0, 80)}`);
  }
}

const everyone: readonly GatewayName[] = ['weir', 'nginx', 'litellm'];
const translators: readonly GatewayName[] = ['weir', 'litellm'];

function large(name: string, conversation: Conversation, modelPlace: ModelPlace): Scenario {
  return {
    name, group: 'large', process: 'kept', takesPart: everyone,
    run: (subject) => fullLoad(subject, { route: routes.plain, conversation, modelPlace }),
  };
}

function translated(name: string, request: Request): Scenario {
  return {
    name, group: 'translated', process: 'kept', takesPart: translators,
    async run(subject) {
      await mustSupport(subject, request);
      return request.stream ? streamLoad(subject, request) : fullLoad(subject, request);
    },
  };
}

/** One large request after another, so that nothing else is counted. */
async function megabyte(subject: Subject): Promise<Measures> {
  const { site, gateway } = subject;
  const { port, path, headers: { Authorization = '' }, body } = destination(subject, { route: routes.plainForMessages, client: 'messages', conversation: 'megabyte' });
  const load = { url: `http://127.0.0.1:${port}${path}`, body, authorization: Authorization, connections: 1, folder: site.folder };
  await wrk({ ...load, seconds: 1 });
  const before = cpuTimeUs(gateway.pid);
  const result = await wrk({ ...load, seconds: subject.seconds });
  const usedMs = (cpuTimeUs(gateway.pid) - before) / 1_000;
  if (result.requests === 0 || result.failed > 0) throw new Error(`${result.requests} answers, of them ${result.failed} with an error status`);
  return { cpuMs: usedMs / result.requests, p50Ms: result.p50Us / 1_000 };
}

/** All scenarios, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  { name: 'start', group: 'start', process: 'fresh', takesPart: everyone, run: startAndIdle },
  { name: 'open', group: 'open', process: 'fresh', takesPart: everyone, run: openStreamMemory },
  { name: 'held', group: 'held', process: 'fresh', takesPart: everyone, run: held },
  {
    name: 'plain', group: 'plain', process: 'kept', takesPart: [...everyone, 'direct'],
    run: (subject) => fullLoad(subject, { route: routes.plain }),
  },
  { name: 'rate', group: 'rate', process: 'kept', takesPart: [...everyone, 'direct'], run: rate },
  large('large-short', 'many-short', 'first'),
  large('large-last', 'many-short', 'last'),
  large('large-long', 'few-long', 'first'),
  { name: 'stream', group: 'stream', process: 'kept', takesPart: everyone, run: (subject) => streamLoad(subject, { route: routes.stream }) },
  translated('messages-to-chat', { route: routes.plainForMessages, client: 'messages' }),
  translated('messages-to-chat-stream', { route: routes.streamForMessages, client: 'messages', stream: true }),
  translated('chat-to-messages', { route: routes.messagesPlain, client: 'chat' }),
  translated('chat-to-messages-stream', { route: routes.messagesStream, client: 'chat', stream: true }),
  { name: 'megabyte', group: 'translated', process: 'kept', takesPart: ['weir'], run: megabyte },
];

/** Loads a gateway before it is measured, so that no compiler's work is counted in the first round (JavaScriptCore's takes seconds). */
export async function warmUp(subject: Subject): Promise<void> {
  await fullLoad(subject, { route: routes.plain });
}
