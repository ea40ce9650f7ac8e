// Every route of the table is called by every role. Whoever has no row for the route's action in the table of permissions is refused at the
// door, before anything of the request is read; a route that forgets its action does not compile.
import { beforeAll, expect, test } from 'bun:test';
import { closeStoresAfterAll, newStore } from '../../support/stores.ts';
import { localGateway, type LocalGateway } from '../../support/gateway.ts';
import { reachOf, type Action } from '../../../src/access/permissions.ts';
import { roles, type Role } from '../../../src/access/role.ts';
import { routes } from '../../../src/server/routes.ts';
import { storeKey } from '../../support/stored-keys.ts';

closeStoresAfterAll();
const times = { created_at_ms: 1, updated_at_ms: 1 };
const keys = new Map<Role, string>();
let gateway: LocalGateway;

beforeAll(async () => {
  const store = await newStore();
  await store.db.insertInto('organizations').values({ organization_id: 'o', ...times }).execute();
  await store.db.insertInto('teams').values({ team_id: 't', ...times }).execute();
  for (const role of roles) {
    if (role === 'key') continue;
    const stored = role === 'org_admin' || role === 'team_admin' ? 'internal_user' : role;
    await store.db.insertInto('users').values({ user_id: role, user_role: stored, ...times }).execute();
  }
  await store.db.insertInto('organization_members').values({ organization_id: 'o', user_id: 'org_admin', user_role: 'org_admin', ...times }).execute();
  await store.db.insertInto('team_members').values({ team_id: 't', user_id: 'team_admin', role: 'admin', ...times }).execute();
  for (const role of roles) keys.set(role, await storeKey(store, role.replaceAll('_', ''), role === 'key' ? {} : { user_id: role }));
  gateway = localGateway('model_list: []\ngeneral_settings:\n  store_model_in_db: true\nlitellm_settings:\n  cache: true\n', { store });
});

const sample = (path: string): string => path.replace(/\{\w+\*?\}/g, 'x');
const own: Partial<Record<Role, Role>> = { org_admin: 'internal_user', team_admin: 'internal_user' };

for (const role of roles) {
  test(`${role} is let in where the table says so, and nowhere else`, async () => {
    const wrong: string[] = [];
    for (const route of routes) {
      if (route.access === 'public' || route.access === 'metrics') continue;
      const action: Action = route.access;
      const underneath = own[role];
      const permitted = reachOf(role, action) !== null || (underneath !== undefined && reachOf(underneath, action) !== null);
      // What is let in is not carried out here: an empty body, things that do not exist. Only the door is looked at.
      if (permitted && (route.access === 'models.call' || route.access === 'provider.call' || route.method === 'GET')) continue;
      const response = await gateway.fetch(sample(route.path), { method: route.method, headers: { authorization: `Bearer ${keys.get(role)}` }, ...(route.method !== 'GET' && { body: '{}' }) });
      const text = await response.text();
      const refused = role === 'proxy_admin_viewer' && action !== 'models.call' && action !== 'provider.call' ? response.status === 403 && text.includes('user not allowed to access this route') : response.status === 401 && text.includes('Only proxy admin can be used');
      if (refused === permitted) wrong.push(`${route.method} ${route.path}: ${response.status} ${text.slice(0, 80)}`);
      if (response.status >= 500 && response.status !== 501 && !route.path.startsWith('/cache/redis')) wrong.push(`${route.method} ${route.path}: ${response.status} ${text.slice(0, 80)}`);
    }
    expect(wrong).toEqual([]);
  });
}
