// The attacks on gateways of this kind (their ids are those of the comments in the tests), and for each the test that fails without its defence. A row whose
// test is gone fails here.
import { expect, test } from 'bun:test';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../support/gateway.ts';

const management = 'test/contract/management';
const security = 'test/contract/security';

/** Id, attack, and where a test of that name stands. */
const table: readonly (readonly [id: string, attack: string, ...tests: readonly (readonly [file: string, name: string])[]])[] = [
  ['S01', 'SQL in a key or a filter', [`${management}/attacks.test.ts`, 'S01: what is presented reaches no SQL']],
  ['S02', 'a Host header that changes what the path is', [`${security}/transport.test.ts`, 'S02: the Host header decides nothing']],
  ['S03', 'a caller gives itself or a child key rights, at creation, change, in bulk or by regeneration', [`${management}/attacks.test.ts`, 'S03: nobody gives away or takes more than they have'], [`${management}/projects.test.ts`, 'made, shown, changed and deleted by who administers the team']],
  ['S04', 'settings, models and credentials changed by somebody else than an administrator', [`${management}/sweep.test.ts`, 'is let in where the table says so, and nowhere else'], ['test/e2e/settings.test.ts', 'what the file says stays, mistakes and secrets are refused, and nobody else may']],
  ['S05', 'code in the configuration', [`${security}/no-code.test.ts`, 'the gateway starts no program but itself anew'], ['src/config/load.test.ts', 'settings of tokens that do nothing are named']],
  ['S06', 'a tool server that is a command, added by the API', [`${security}/no-code.test.ts`, 'no route of the API makes one, tests one or calls one'], [`${security}/no-code.test.ts`, 'the gateway starts no program but itself anew']],
  ['S07', 'a failed credential becomes an empty identity', ['test/contract/http/front-door.test.ts', 'two keys are no key'], [`${management}/access-settings.test.ts`, 'public_routes: open without a key, closed to a wrong one'], ['test/contract/http/access.test.ts', 'a wrong key opens nothing']],
  ['S08', "a request sends the provider's key elsewhere", [`${security}/secrets.test.ts`, 'S08: addresses, keys and headers in a request never redirect the call or its key']],
  ['S09', 'an address in a request that leads into the network', [`${security}/guarded-fetch.test.ts`, 'a name with one address inside leads nowhere'], [`${security}/guarded-fetch.test.ts`, 'redirects are followed, and judged anew']],
  ['S10', 'an alias of a route without its check', [`${security}/around-models.test.ts`, 'no other spelling of the model reaches a provider'], [`${security}/around-models.test.ts`, 'an aggregator’s further models are held against the list too'], [`${security}/transport.test.ts`, 'S10: no way to a model without a key'], [`${management}/attacks.test.ts`, 'no way around the list: aliases of groups, ids, provider names, fallbacks of the request']],
  ['S11', "a client's credentials reach a provider", [`${security}/secrets.test.ts`, 'S11: no header of the client’s that could hold a key reaches the provider']],
  ['S12', "a client's OAuth token goes to a third party", [`${security}/secrets.test.ts`, 'S12: a client’s OAuth token goes nowhere']],
  ['S13', "a provider's headers reach clients", [`${security}/secrets.test.ts`, 'S13: cookies, keys and authentication']],
  ['S14', 'a key in an address, an error or a log', [`${security}/secrets.test.ts`, 'S14: a provider that echoes its key gives it away to nobody'], [`${security}/secrets.test.ts`, 'S14: no key stands in an address']],
  ['S15', 'a refusal or a log repeats the presented key', [`${security}/secrets.test.ts`, 'S14, S15: nothing written holds a key'], [`${management}/attacks.test.ts`, 'keys are kept as their SHA-256 only, and no refusal repeats one']],
  ['S16', 'an error tells of other deployments', [`${security}/secrets.test.ts`, 'S16: errors name no deployments, keys or addresses']],
  ['S17', 'headers and keys of clients in logs, rows, metrics and alerts', [`${security}/kept-nowhere.test.ts`, 'nothing of it is anywhere'], [`${security}/secrets.test.ts`, 'S14, S15: nothing written holds a key']],
  ['S18', 'passwords guessed, read, or signed in with by their hash', ['src/access/sign-in.test.ts', 'failures make the next try wait'], [`${management}/attacks.test.ts`, 'S18: the hash of a password is shown by nothing and signs nobody in']],
  ['S19', 'a token that begins like another is taken for it', [`${management}/jwt-claims.test.ts`, 'S19: tokens that begin alike are told apart'], ['src/access/jwt/key-set.test.ts', 'a changed key counts']],
  ['S20', 'no master key, or one that everybody knows', [`${security}/secrets.test.ts`, 'S20: without a master key, or with a known one, the program does not start'], ['src/config/master-key.test.ts', 'missing, empty and publicly known keys refuse']],
  ['S21', 'a session or key outlives its user, role or password', [`${management}/attacks.test.ts`, 'what is taken away is gone at the next request: key, user, team'], [`${management}/attacks.test.ts`, 'S21: who is blocked here is signed out on another instance'], [`${management}/access-settings.test.ts`, 'only the person who is signed in, who knows the password of before']],
  ['S22', 'a new route that asks for no key', ['test/contract/http/access.test.ts', 'without a key only the listed routes answer']],
  ['S23', 'templates in what users say', [`${security}/no-code.test.ts`, 'a prompt arrives as it was written'], [`${security}/no-code.test.ts`, 'there is no template engine']],
  ['S24', "one tenant's cached answer reaches another", [`${security}/tenants.test.ts`, 'is answered from the cache for the same team only'], [`${security}/tenants.test.ts`, 'an answer under way is shared within the team only'], ['src/routing/explain-log.test.ts', 'somebody else with the same id hides nothing'], ['src/cache/reasoning-memory.test.ts', 'not to another tenant']],
  ['S25', "an id of one key's conversation used by another", [`${security}/tenants.test.ts`, 'responses, jobs and explanations are found by their own team only'], [`${security}/around-models.test.ts`, 'what a provider keeps for its account is no key’s'], ['src/cache/response-store.test.ts', 'an id means nothing to another tenant'], ['src/pipeline/session-key.test.ts', 'within its tenant']],
  ['S26', 'bodies that are huge or unpack to something huge', [`${security}/transport.test.ts`, 'S26: sizes'], ['test/contract/http/bad-input.test.ts', 'a small body that unpacks to a large one is refused']],
  ['S27', 'a poisoned package', [`${security}/no-code.test.ts`, 'versions are exact, and each package of the lock file has the hash of its bytes'], [`${security}/no-code.test.ts`, 'what the gateway runs with is few']],
  ['S28', 'what a model or a request said is run in a page', ['test/browser/dashboard.test.ts', 'what was said is never run']],
  ['S29', "another site's page uses the reader's session", ['src/access/sign-in.test.ts', 'a cookie counts only with the header, from our own page, and never beside a key'], ['test/contract/http/single-sign-on.test.ts', 'a forged state are refused'], ['test/contract/http/front-door.test.ts', 'never with the browser’s credentials']],
  ['S30', 'secrets read from the database', ['src/admin/seal/sealer.test.ts', 'a sealed text opens in its place only'], [`${management}/attacks.test.ts`, 'the salt key can be changed: everything is sealed anew'], [`${management}/rotation.test.ts`, 'rotated, fetched, and over']],
];

test.each(table.map((row) => [row[0], row] as const))('%s has its test', (_id, [, attack, ...tests]) => {
  expect(attack).not.toBe('');
  for (const [file, name] of tests) {
    const path = join(projectRoot, file);
    const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter((line) => /^\s*(test|describe)\b|^\s*'S\d\d/.test(line)) : [];
    expect([file, name, lines.some((line) => line.includes(name))]).toEqual([file, name, true]);
  }
});
