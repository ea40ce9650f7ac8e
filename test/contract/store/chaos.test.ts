// Everything goes wrong, and the ledger says what the provider billed.
import { expect, test } from 'bun:test';
import { chaos } from '../../support/chaos.ts';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';

closeStoresAfterAll();
// Ten thousand: bun bench/store/chaos.ts
const requests = 400;

test.each(['sqlite', 'postgres'] as const)('time-outs, failures, cache hits and clients that leave: the ledger is exact, and nothing is held in the end (%s)', async (dialect) => {
  const found = await chaos(await newStore(dialect), requests, null);
  expect(found.rows).toBe(requests);
  expect(found.ledger).toBe(found.billed);
  expect(found.sums).toEqual([found.total, found.total, found.total, found.total]);
  expect(found.open).toBe(0);
}, 120_000);
