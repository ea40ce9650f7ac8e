// Prints what every way to route comes to in every scenario.
// usage: bun bench/routing/run.ts [--json FILE] [SCENARIO …]
import { installVirtualTime } from './virtual-time.ts';
import { simulate, type Outcome } from './simulate.ts';
import { simulation } from './scenario.ts';
import { tableOf } from './table.ts';

/** Every way to route, by its settings. LiteLLM's own run of the same strategies: litellm_router.py. */
const ways: readonly [string, Record<string, unknown>][] = [
  ['peak-ewma (default)', {}],
  ['peak-ewma, no affinity', { prompt_cache_affinity: false }],
  ['default + hedging', { hedging: { enabled: true } }],
  ['hedging, always elsewhere', { hedging: { enabled: true, same_deployment: false } }],
  ['simple-shuffle', { routing_strategy: 'simple-shuffle' }],
  ['least-busy', { routing_strategy: 'least-busy' }],
  ['latency-based-routing', { routing_strategy: 'latency-based-routing' }],
  ['usage-based-routing-v2', { routing_strategy: 'usage-based-routing-v2' }],
];

const parameters = process.argv.slice(2);
const at = parameters.indexOf('--json');
const file = at === -1 ? null : parameters.splice(at, 2)[1] ?? null;
const wanted = new Set(parameters);
const realNow = performance.now.bind(performance);
const startedMs = realNow();
const outcomes: Outcome[] = [];
for (const scenario of simulation.scenarios) {
  if (wanted.size > 0 && !wanted.has(scenario.name)) continue;
  for (const [name, settings] of ways) {
    const time = installVirtualTime(1_800_000_000_000);
    outcomes.push(await simulate(scenario, name, settings, time));
    time.restore();
  }
  console.log(`\n${scenario.name}: ${scenario.about}\n${tableOf(outcomes.filter((outcome) => outcome.scenario === scenario.name))}`);
}
console.log(`\n${(simulation.minutes * outcomes.length)} simulated minutes in ${((realNow() - startedMs) / 1000).toFixed(0)} s`);
if (file !== null) await Bun.write(file, `${JSON.stringify(outcomes, null, 2)}\n`);
process.exit(0);
