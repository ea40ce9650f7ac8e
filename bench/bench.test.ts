// The benchmark's own counting, against its mock provider: a wrong count would make a wrong number.
import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Subprocess } from 'bun';
import { join } from 'node:path';
import { burst, fixedRate, openStreams } from './load.ts';
import { cpuTimeUs, percentile, residentMb } from './measure.ts';
import { freePort } from './process.ts';
import { prompt } from './prompts.ts';
import { type Results, whatGotWorse } from './results.ts';

const port = freePort();
let mock: Subprocess;
const to = (path: string) => ({ port, path, headers: {}, body: prompt({ model: 'mock-1', dialect: 'chat' }) });

async function control(what: string): Promise<{ now: number }> {
  return (await (await fetch(`http://127.0.0.1:${port}/control/${what}`)).json()) as { now: number };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await Bun.sleep(5);
}

beforeAll(async () => {
  mock = Bun.spawn([process.execPath, join(import.meta.dir, 'mock.ts'), String(port)], { stdout: 'ignore', stderr: 'inherit' });
  await until(() => fetch(`http://127.0.0.1:${port}/control/held`).then(({ ok }) => ok, () => false));
});

afterAll(() => mock.kill());

describe('loads', () => {
  test('streams: every event of every stream is counted, and those that end are begun anew', async () => {
    const streams = openStreams(to('/stream/5/2/v1/chat/completions'), 10, 0, 5);
    await until(() => streams.counts.finished >= 20);
    const { events, finished, broken } = streams.counts;
    const open = streams.openNow();
    streams.close();
    expect(broken).toBe(0);
    // Role, five chunks, finish, usage, [DONE].
    expect(events).toBeGreaterThanOrEqual(finished * 9);
    expect(events).toBeLessThanOrEqual(finished * 9 + open * 9);
  });

  test('streams: a refused one counts as broken', async () => {
    const streams = openStreams(to('/unknown'), 1, 0, 1);
    await until(() => streams.counts.broken > 0);
    streams.close();
    expect(streams.counts).toMatchObject({ events: 0, finished: 0 });
  });

  test('fixed rate: as many answers as were asked for', async () => {
    const { latenciesMs, failed } = await fixedRate(to('/plain/v1/chat/completions'), 100, 1);
    expect({ answers: latenciesMs.length, failed }).toEqual({ answers: 100, failed: 0 });
    expect((await fixedRate(to('/unknown'), 10, 1)).failed).toBe(10);
  });

  test('held requests are counted at the provider, and answered when they are released', async () => {
    const load = await burst(to('/held/v1/messages'), 300);
    await until(async () => (await control('held')).now === 300);
    expect(load.answeredRight()).toBe(0);
    await control('release');
    await until(() => load.answeredRight() === 300);
    load.close();
    expect(load.answeredWrong()).toBe(0);
  });
});

describe('measures', () => {
  test('CPU time grows with work, memory is there', () => {
    const before = cpuTimeUs(process.pid);
    const end = performance.now() + 60;
    while (performance.now() < end) Math.sqrt(end);
    expect(cpuTimeUs(process.pid)).toBeGreaterThan(before);
    expect(residentMb(process.pid)).toBeGreaterThan(5);
  });

  test('percentiles', () => {
    expect(percentile([3, 1, 2], 50)).toBe(2);
    expect(percentile([1, 2, 3, 4], 50)).toBe(2.5);
    expect(percentile([], 50)).toBeNaN();
  });
});

function results(machine: string, weirUs: number, nginxUs: number, idleMb: number): Results {
  return {
    date: '2026-01-01T00:00:00Z', machine, rounds: 1, versions: {},
    values: { plain: { weir: { cpuUs: weirUs }, nginx: { cpuUs: nginxUs } }, start: { weir: { idleMb } } },
  };
}

describe('what got worse', () => {
  test('a ratio to nginx is compared on any machine, a bare number on the same kind only', () => {
    const saved = results('a', 50, 20, 40);
    expect(whatGotWorse(results('a', 100, 40, 40), saved)).toEqual([]);
    expect(whatGotWorse(results('b', 100, 20, 80), saved)).toHaveLength(1);
    expect(whatGotWorse(results('a', 100, 20, 80), saved)).toHaveLength(2);
  });
});
