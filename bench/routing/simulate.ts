// Drives the real gateway through a scenario: sessions of several turns, streamed, against simulated providers, in virtual time.
import { chanceOf, exponential } from './chance.ts';
import { createGateway } from '../../src/gateway.ts';
import { createLogger } from '../../src/observe/logger.ts';
import { loadConfigText } from '../../src/config/load.ts';
import { SimulatedProvider } from './provider.ts';
import { simulation, type Scenario, type Turn } from './scenario.ts';
import type { Gateway } from '../../src/gateway.ts';
import type { Logger } from '../../src/observe/logger.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What came out for one way to route. Times are milliseconds to the first token, as callers saw them. */
export interface Outcome {
  scenario: string;
  strategy: string;
  requests: number;
  errorShare: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  costUsd: number;
  /** Later turns of sessions whose prompt was in the cache of the deployment that answered. */
  cacheHitShare: number;
  /** The largest difference of a deployment's share of calls from an even one, as a part of the even one. */
  unevenness: number;
  callsPerRequest: number;
}

const masterKey = 'sk-simulated-0123456789';
const silent: Logger = { ...createLogger({ file: '/dev/null' }), exchange() {}, info() {}, warn() {}, error() {} };

/** Runs one scenario with these router settings. */
export async function simulate(scenario: Scenario, strategy: string, router: Record<string, unknown>, time: VirtualTime): Promise<Outcome> {
  // The gateway's own chance, too, is the same in every run.
  Math.random = chanceOf(simulation.seed + 1);
  const startMs = time.nowMs();
  const providers = scenario.deployments.map((own, index) => new SimulatedProvider(own, simulation, time, chanceOf(simulation.seed * 1000 + index), startMs));
  const gateway = gatewayFor(providers, router);
  const firstTokens: number[] = [];
  let errors = 0;
  let open = 0;
  // Every session has chance of its own, so that all ways to route see the same requests.
  const session = async (id: number): Promise<void> => {
    const chance = chanceOf(simulation.seed + id * 7919);
    const turns = Math.max(1, Math.round(exponential(scenario.meanTurns ?? simulation.meanTurns, chance)));
    for (let turn = 0; turn < turns; turn++) {
      const asked: Turn = { session: id, turn, promptTokens: simulation.promptTokens.first + turn * simulation.promptTokens.perTurn };
      const firstTokenMs = await ask(gateway, asked, time);
      if (firstTokenMs === null) errors++;
      else firstTokens.push(firstTokenMs);
      await time.sleep(exponential(simulation.thinkSeconds * 1000, chance));
    }
  };
  const endMs = startMs + simulation.minutes * 60_000;
  const arrivals = async (): Promise<void> => {
    const chance = chanceOf(simulation.seed);
    for (let id = 0; time.nowMs() < endMs; id++) {
      open++;
      void session(id).finally(() => {
        open--;
      });
      await time.sleep(exponential(1000 / (scenario.sessionsPerSecond ?? simulation.sessionsPerSecond), chance));
    }
  };
  let arriving = true;
  void arrivals().then(() => {
    arriving = false;
  });
  await time.run(() => !arriving && open === 0);
  return outcomeOf(scenario.name, strategy, firstTokens, errors, providers);
}

function gatewayFor(providers: readonly SimulatedProvider[], router: Record<string, unknown>): Gateway {
  const models = providers.map((_provider, index) => ({ model_name: 'm', litellm_params: { model: 'openai/m', api_key: 'k', api_base: `http://provider-${index}/v1` }, model_info: { id: `d${index}`, input_cost_per_token: simulation.usdPerMillionTokens.input / 1e6, cache_read_input_token_cost: simulation.usdPerMillionTokens.cached / 1e6, output_cost_per_token: simulation.usdPerMillionTokens.output / 1e6 } }));
  const loaded = loadConfigText(JSON.stringify({ model_list: models, router_settings: router }), {});
  if (loaded.kind === 'error') throw new Error(JSON.stringify(loaded.problems));
  const made = createGateway({
    config: loaded.config, masterKey, logger: silent,
    fetch: async (url, init) => {
      const provider = providers[Number(/provider-(\d+)/.exec(url)?.[1])];
      if (!provider || !init.signal) throw new Error(url);
      const body = JSON.parse(await new Response(init.body).text()) as { stream?: boolean; metadata_of_turn: Turn };
      return provider.answer(body.metadata_of_turn, body.stream === true, init.signal);
    },
  });
  if (made.kind === 'error') throw new Error(JSON.stringify(made.problems));
  return made.gateway;
}

/** Asks, reads the whole stream, and gives the time to the first token; null for an error or a broken stream. */
async function ask(gateway: Gateway, turn: Turn, time: VirtualTime): Promise<number | null> {
  const startedMs = time.nowMs();
  const messages = [{ role: 'user', content: `session ${turn.session}` }, ...(turn.turn > 0 ? [{ role: 'assistant', content: 'words' }, { role: 'user', content: `turn ${turn.turn}` }] : [])];
  const request = new Request('http://weir/v1/chat/completions', {
    method: 'POST', headers: { 'authorization': `Bearer ${masterKey}`, 'content-type': 'application/json' },
    // As many bytes as the simulated prompt has, for whoever estimates by them.
    body: JSON.stringify({ model: 'm', stream: true, messages, metadata_of_turn: turn, prompt_filler: ' '.repeat(turn.promptTokens * 4) }),
  });
  const response = await gateway.handle(request, '127.0.0.1');
  let firstMs: number | null = null;
  let end = '';
  for await (const part of response.body ?? []) {
    firstMs ??= time.nowMs() - startedMs;
    end = `${end}${Buffer.from(part).toString('utf8')}`.slice(-40);
  }
  return response.ok && end.includes('[DONE]') ? firstMs : null;
}

function outcomeOf(scenario: string, strategy: string, firstTokens: number[], errors: number, providers: readonly SimulatedProvider[]): Outcome {
  const requests = firstTokens.length + errors;
  const sorted = Float64Array.from(firstTokens).sort();
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const sum = (of: (counts: SimulatedProvider['counts']) => number): number => providers.reduce((total, { counts }) => total + of(counts), 0);
  const calls = sum((counts) => counts.calls);
  const even = calls / providers.length;
  return {
    scenario, strategy, requests, errorShare: errors / requests, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), costUsd: sum((counts) => counts.costUsd),
    cacheHitShare: sum((counts) => counts.cachedTurns) / Math.max(1, sum((counts) => counts.laterTurns)),
    unevenness: Math.max(...providers.map(({ counts }) => Math.abs(counts.calls - even) / even)), callsPerRequest: calls / requests,
  };
}
