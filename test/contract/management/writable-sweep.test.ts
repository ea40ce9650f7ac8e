// Every member of every body that changes a key, user, team or project, set by every right: what the table of writable members does not name is refused, and
// of things of others nothing is changed, whoever asks. A new member of a body is for administrators only until the table says otherwise.
import { beforeAll, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { hashOf, storeKey } from '../../support/stored-keys.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { unwritable } from '../../../src/access/writable.ts';
import { updateFields } from '../../../src/admin/keys/fields.ts';
import { updateProjectFields } from '../../../src/admin/projects/fields.ts';
import { updateTeamFields } from '../../../src/admin/teams/fields.ts';
import { updateUserFields } from '../../../src/admin/users/fields.ts';
import type { BodyField, BodyTable } from '../../../src/admin/body/field.ts';
import type { Json } from '../../../src/lib/json.ts';
import type { Reach } from '../../../src/access/permissions.ts';
import type { Store } from '../../../src/store/store.ts';

closeStoresAfterAll();
const times = { created_at_ms: 1, updated_at_ms: 1 };
let store: Store;
let gateway: LocalGateway;
/** Keys of those who ask, by who they are. */
const keys = new Map<string, string>();
const textOf = (name: string): string => `sk-${name}-0123456789abcdef`;

beforeAll(async () => {
  store = await newStore();
  const { db } = store;
  await db.insertInto('organizations').values([{ organization_id: 'org', fields: '{}', ...times }, { organization_id: 'other-org', fields: '{}', ...times }]).execute();
  await db.insertInto('teams').values([{ team_id: 'team', organization_id: 'org', fields: '{}', ...times }, { team_id: 'other-team', organization_id: 'other-org', fields: '{}', ...times }]).execute();
  await db.insertInto('users').values(['owner', 'lead', 'chief', 'member', 'other'].map((id) => ({ user_id: id, user_role: 'internal_user', fields: '{}', ...times }))).execute();
  await db.insertInto('team_members').values([{ team_id: 'team', user_id: 'lead', role: 'admin', ...times }, { team_id: 'team', user_id: 'member', role: 'user', ...times }]).execute();
  await db.insertInto('organization_members').values([{ organization_id: 'org', user_id: 'chief', user_role: 'org_admin', ...times }, { organization_id: 'org', user_id: 'member', user_role: 'internal_user', ...times }]).execute();
  await db.insertInto('projects').values([{ project_id: 'project', team_id: 'team', fields: '{}', ...times }, { project_id: 'other-project', team_id: 'other-team', fields: '{}', ...times }]).execute();
  for (const who of ['owner', 'lead', 'chief', 'member', 'other']) keys.set(who, await storeKey(store, who, { user_id: who }));
  for (const [name, more] of [['owned', { user_id: 'owner' }], ['ofteam', { user_id: 'member', team_id: 'team' }], ['foreign', { user_id: 'other', team_id: 'other-team' }]] as const) await storeKey(store, name, { ...more, fields: '{}' });
  gateway = localGateway('model_list: []', { store });
});

function sampleOf(field: BodyField): Json {
  switch (field.kind) {
    case 'text': return 'sample';
    case 'number': case 'integer': return 1;
    case 'boolean': return true;
    case 'texts': return ['sample'];
    case 'list': case 'things': return [];
    case 'map': case 'counts': case 'thing': return {};
    case 'choice': return field.values?.[0] ?? '';
    case 'time': return '2030-01-01T00:00:00Z';
    case 'anything': return 'sample';
  }
}

interface Sweep {
  kind: 'key' | 'user' | 'team' | 'project';
  path: string;
  /** The member that names the thing. */
  id: string;
  fields: BodyTable;
  /** Who has which right over which thing. */
  rights: readonly (readonly [who: string, thing: string, reach: Exclude<Reach, 'all'>])[];
  /** Who has no right over which thing. */
  strangers: readonly (readonly [who: string, thing: string])[];
  /** The thing as the database has it. */
  row: (thing: string) => Promise<unknown>;
}

const sweeps: readonly Sweep[] = [
  {
    kind: 'key', path: '/key/update', id: 'key', fields: updateFields, rights: [['owner', textOf('owned'), 'own'], ['lead', textOf('ofteam'), 'team'], ['chief', textOf('ofteam'), 'organization']],
    strangers: [['owner', textOf('foreign')], ['lead', textOf('foreign')], ['chief', textOf('foreign')], ['other', textOf('owned')], ['member', textOf('ofteam')]],
    row: (thing) => store.db.selectFrom('virtual_keys').selectAll().where('key_hash', '=', hashOf(thing)).executeTakeFirst(),
  },
  {
    kind: 'user', path: '/user/update', id: 'user_id', fields: updateUserFields, rights: [['owner', 'owner', 'own'], ['chief', 'member', 'organization']],
    strangers: [['owner', 'other'], ['lead', 'member'], ['chief', 'other'], ['member', 'owner']], row: (thing) => store.db.selectFrom('users').selectAll().where('user_id', '=', thing).executeTakeFirst(),
  },
  {
    kind: 'team', path: '/team/update', id: 'team_id', fields: updateTeamFields, rights: [['lead', 'team', 'team'], ['chief', 'team', 'organization']],
    strangers: [['lead', 'other-team'], ['chief', 'other-team'], ['owner', 'team'], ['member', 'team']], row: (thing) => store.db.selectFrom('teams').selectAll().where('team_id', '=', thing).executeTakeFirst(),
  },
  {
    kind: 'project', path: '/project/update', id: 'project_id', fields: updateProjectFields, rights: [['lead', 'project', 'team'], ['chief', 'project', 'organization']],
    strangers: [['lead', 'other-project'], ['chief', 'other-project'], ['owner', 'project'], ['member', 'project']], row: (thing) => store.db.selectFrom('projects').selectAll().where('project_id', '=', thing).executeTakeFirst(),
  },
];

const namesThing = (id: string, name: string): boolean => name === id || (id === 'user_id' && name === 'user_email');

test.each(sweeps.map((sweep) => [sweep.kind, sweep] as const))('members of a %s that may not be set are refused by name', async (kind, { path, id, fields, rights }) => {
  const wrong: string[] = [];
  for (const [who, thing, reach] of rights) {
    for (const [name, field] of Object.entries(fields).filter(([each]) => !namesThing(id, each))) {
      const response = await gateway.post(path, { [id]: thing, [name]: sampleOf(field) }, { authorization: `Bearer ${keys.get(who)}` });
      const text = await response.text();
      const refused = response.status === 403 && text.includes(`set '${name}'`);
      if (refused !== (unwritable(kind, reach, [name]) !== null)) wrong.push(`${who} (${reach}) sets ${name}: ${response.status} ${text.slice(0, 120)}`);
    }
  }
  expect(wrong).toEqual([]);
});

test.each(sweeps.map((sweep) => [sweep.kind, sweep] as const))('a %s of others is changed by nobody, whatever is set', async (_kind, { path, id, fields, strangers, row }) => {
  for (const [who, thing] of strangers) {
    const before = await row(thing);
    expect(before).toBeDefined();
    for (const [name, field] of Object.entries(fields).filter(([each]) => !namesThing(id, each))) {
      const response = await gateway.post(path, { [id]: thing, [name]: sampleOf(field) }, { authorization: `Bearer ${keys.get(who)}` });
      expect([who, thing, name, [401, 403, 404].includes(response.status)]).toEqual([who, thing, name, true]);
    }
    expect(await row(thing)).toEqual(before);
  }
});
