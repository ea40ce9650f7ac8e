// Ten thousand requests with everything that goes wrong, on SQLite and PostgreSQL: the ledger against what the provider billed.
// usage: bun bench/store/chaos.ts [REQUESTS]
import { chaos } from '../../test/support/chaos.ts';
import { newStore } from '../../test/support/stores.ts';
import { saveResult } from './result.ts';

const requests = Number(process.argv[2] ?? 10_000);
const sqlite = await chaos(await newStore('sqlite'), requests, null);
const postgres = await chaos(await newStore('postgres'), requests, null);
saveResult('chaos', { sqlite, postgres });
process.exit(sqlite.ledger === sqlite.billed && postgres.ledger === postgres.billed && sqlite.open + postgres.open === 0 ? 0 : 1);
