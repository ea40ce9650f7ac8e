// Writes src/accounting/prices.jsonl from LiteLLM's price map (`model_prices_and_context_window.json`, in its wheel the file
// `litellm/model_prices_and_context_window_backup.json`). See docs/decisions/prices.md.
//
//   bun scripts/prices/build.ts <price map> <version of litellm>
import { readFileSync, writeFileSync } from 'node:fs';
import { encodePriceMap } from '../../src/accounting/price-encode.ts';
import { isJsonObject } from '../../src/lib/json.ts';

const [source, version] = process.argv.slice(2);
if (source === undefined || version === undefined) throw new Error('usage: bun scripts/prices/build.ts <price map> <version of litellm>');

const map: unknown = JSON.parse(readFileSync(source, 'utf8'));
if (!isJsonObject(map)) throw new Error(`${source} is no JSON object`);
const { text, models, leftOut } = encodePriceMap(map, `litellm ${version}`);
writeFileSync(new URL('../../src/accounting/prices.jsonl', import.meta.url), text);
console.log(`${models} models, ${text.length} bytes${leftOut.length > 0 ? `; rare flags left out: ${leftOut.join(', ')}` : ''}`);
