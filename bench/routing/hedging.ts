// What second calls come to with ten other sets of sessions, for those who do not trust one: p99 to the first token and spend, against none.
// usage: bun bench/routing/hedging.ts [SCENARIO] [MINUTES]
import { installVirtualTime } from './virtual-time.ts';
import { simulate, type Outcome } from './simulate.ts';
import { simulation } from './scenario.ts';

const [name = 'steady', minutes = '6'] = process.argv.slice(2);
const scenario = simulation.scenarios.find((one) => one.name === name);
if (!scenario) throw new Error(`there is no scenario ${name}`);
simulation.minutes = Number(minutes);

async function outcome(seed: number, router: Record<string, unknown>): Promise<Outcome> {
  simulation.seed = seed;
  const time = installVirtualTime(1_800_000_000_000);
  try {
    return await simulate(scenario ?? { name, about: '', deployments: [] }, name, router, time);
  } finally {
    time.restore();
  }
}

const shown = (share: number): string => `${share > 0 ? '+' : ''}${(share * 100).toFixed(1)} %`;
const sums = { p99: 0, plainP99: 0, cost: 0, plainCost: 0 };
console.log('| sessions | p99 | with second calls | | spend |\n| --- | --- | --- | --- | --- |');
for (let seed = 1; seed <= 10; seed++) {
  const [plain, hedged] = [await outcome(seed, {}), await outcome(seed, { hedging: { enabled: true } })];
  sums.p99 += hedged.p99Ms;
  sums.plainP99 += plain.p99Ms;
  sums.cost += hedged.costUsd;
  sums.plainCost += plain.costUsd;
  console.log(`| ${seed} | ${Math.round(plain.p99Ms)} ms | ${Math.round(hedged.p99Ms)} ms | ${shown(hedged.p99Ms / plain.p99Ms - 1)} | ${shown(hedged.costUsd / plain.costUsd - 1)} |`);
}
console.log(`| all | ${Math.round(sums.plainP99 / 10)} ms | ${Math.round(sums.p99 / 10)} ms | ${shown(sums.p99 / sums.plainP99 - 1)} | ${shown(sums.cost / sums.plainCost - 1)} |`);
