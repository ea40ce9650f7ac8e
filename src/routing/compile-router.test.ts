import { expect, test } from 'bun:test';
import { compileRouter, newRoutingMemory } from './compile-router.ts';
import { loadConfigText } from '../config/load.ts';
import type { Config } from '../config/config.ts';

function configOf(router: Record<string, unknown>): Config {
  const loaded = loadConfigText(JSON.stringify({ model_list: [], router_settings: router }), {});
  if (loaded.kind === 'error') throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

test('what is known of late streams outlives a change of the configuration, unless its own settings change', () => {
  const around = { nowMs: () => 0, random: () => 0, sleep: async () => undefined };
  const memory = newRoutingMemory(around.nowMs);
  const hedgingAfter = (router: Record<string, unknown>): unknown => {
    compileRouter(configOf(router), [], around, memory);
    return memory.hedging;
  };
  const first = hedgingAfter({ hedging: { enabled: true } });
  expect(first).not.toBeNull();
  expect(hedgingAfter({ hedging: { enabled: true }, num_retries: 5 })).toBe(first);
  expect(hedgingAfter({ hedging: { enabled: true, max_share: 0.1 } })).not.toBe(first);
  expect(hedgingAfter({})).toBeNull();
});
