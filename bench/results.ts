// The numbers of a run, the file that keeps the last saved ones, and what got worse since.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { GatewayName } from './gateways.ts';
import { median } from './measure.ts';
import type { Measures } from './scenarios.ts';
import { type Row, sections } from './targets.ts';

/** Medians: scenario → gateway → measure. */
export type Values = Record<string, Partial<Record<GatewayName, Measures>>>;

/** A run, as it is saved. */
export interface Results {
  readonly date: string;
  readonly machine: string;
  readonly rounds: number;
  readonly versions: Partial<Record<GatewayName | 'bun', string>>;
  readonly values: Values;
}

/** What numbers are only comparable on: processor and number of cores. */
export function machineName(): string {
  const all = cpus();
  return `${all[0]?.model.trim() ?? 'unknown processor'}, ${all.length} cores`;
}

/** Collects the numbers of all rounds. */
export class Collected {
  readonly #rounds = new Map<string, { scenario: string; gateway: GatewayName; rounds: Measures[] }>();

  add(scenario: string, gateway: GatewayName, measures: Measures): void {
    const key = `${scenario} ${gateway}`;
    const entry = this.#rounds.get(key) ?? { scenario, gateway, rounds: [] };
    entry.rounds.push(measures);
    this.#rounds.set(key, entry);
  }

  /** The median of each measure over its rounds. */
  medians(): Values {
    const values: Values = {};
    for (const { scenario, gateway, rounds } of this.#rounds.values()) {
      const names = Object.keys(rounds[0] ?? {});
      const measures = names.map((name) => [name, median(rounds.map((round) => round[name] ?? Number.NaN))] as const);
      (values[scenario] ??= {})[gateway] = Object.fromEntries(measures);
    }
    return values;
  }
}

/** The saved results; undefined when there are none yet. */
export function readResults(file: string): Results | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results) : undefined;
}

function rounded(_name: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(4)) : value;
}

/** Saves a run. What this run did not measure stays as it was, if it comes from the same machine. */
export function saveResults(file: string, results: Results): void {
  const old = readResults(file);
  const kept = old?.machine === results.machine ? old.values : {};
  writeFileSync(file, `${JSON.stringify({ ...results, values: { ...kept, ...results.values } }, rounded, 2)}\n`);
}

/** Weir's number as a multiple of nginx's in the same run, where there is one: that is what another machine would find too. */
function comparable(values: Values, scenario: string, { measure, noRatio }: Row): { value: number; relative: boolean } | undefined {
  const value = values[scenario]?.weir?.[measure];
  if (value === undefined) return undefined;
  const floor = values[scenario]?.nginx?.[measure];
  return floor && !noRatio ? { value: value / floor, relative: true } : { value, relative: false };
}

/** A line for each number of Weir's that got worse than the saved one by more than its tolerance. */
export function whatGotWorse(now: Results, saved: Results): string[] {
  const lines: string[] = [];
  for (const { scenario, title, rows } of sections) {
    for (const row of rows) {
      const before = comparable(saved.values, scenario, row);
      const after = comparable(now.values, scenario, row);
      if (!before || !after || before.relative !== after.relative) continue;
      if (!after.relative && now.machine !== saved.machine) continue;
      const factor = row.better === 'less' ? after.value / before.value : before.value / after.value;
      if (row.tolerance === undefined || factor <= row.tolerance) continue;
      const unit = after.relative ? '× nginx' : '';
      lines.push(`${title}: ${row.title}: ${before.value.toPrecision(3)}${unit} → ${after.value.toPrecision(3)}${unit} (${factor.toFixed(2)} times worse)`);
    }
  }
  return lines;
}
