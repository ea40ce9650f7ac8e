import { expect, test } from 'bun:test';
import { masterCaller, mayDo, plainCaller, rightOver, type Caller } from './caller.ts';
import { permissions, reachOf, type Action } from './permissions.ts';
import { roles } from './role.ts';

const caller = (more: Partial<Caller>): Caller => ({ ...plainCaller, kind: 'key', keyHash: 'k', name: 'k', isAdmin: false, tenant: 'k', ...more });
const actions = Object.keys(permissions) as Action[];

test('an administrator may do everything, a viewer changes nothing, and what is not in the table is refused', () => {
  for (const action of actions) {
    expect([action, reachOf('proxy_admin', action)]).toEqual([action, 'all']);
    if (/\.(change|create|delete|block|call)$/.test(action) && action !== 'models.call') expect([action, reachOf('proxy_admin_viewer', action)]).toEqual([action, null]);
  }
  // @ts-expect-error an action that is not in the table does not compile
  const unknown: Action = 'everything.change';
  expect(() => reachOf('key', unknown)).toThrow();
});

test('a bare key calls models and sees itself, no more', () => {
  const may = actions.filter((action) => reachOf('key', action) !== null);
  expect(may.filter((action) => /\.(change|create|delete|block)$/.test(action))).toEqual([]);
  expect(rightOver(caller({}), 'key.read', { keyHash: 'k' })).toBe('own');
  expect(rightOver(caller({}), 'key.read', { keyHash: 'other' })).toBeNull();
});

test('administrators of teams and organizations reach theirs only', () => {
  const lead = caller({ role: 'internal_user', userId: 'u', adminTeams: new Set(['t']), adminOrganizations: new Set(['o']) });
  expect(rightOver(lead, 'key.change', { teamId: 't' })).toBe('team');
  expect(rightOver(lead, 'key.change', { teamId: 'other' })).toBeNull();
  expect(rightOver(lead, 'team.change', { organizationId: 'o' })).toBe('organization');
  expect(rightOver(lead, 'organization.delete', { organizationId: 'o' })).toBeNull();
  expect(rightOver(lead, 'key.change', { userId: 'u' })).toBe('own');
  expect(rightOver(lead, 'key.change', { userId: null })).toBeNull();
  expect(rightOver(caller({}), 'key.read', { userId: null, keyHash: null })).toBeNull();
  expect(rightOver(masterCaller, 'config.change', {})).toBe('all');
});

test('every role has the right that its row says, by itself', () => {
  for (const role of roles) {
    const one = role === 'org_admin' ? caller({ adminOrganizations: new Set(['o']) }) : role === 'team_admin' ? caller({ adminTeams: new Set(['t']) }) : caller({ role, userId: 'u' });
    for (const action of actions) {
      const expected = reachOf(role, action) !== null || ((role === 'org_admin' || role === 'team_admin') && reachOf('key', action) !== null);
      expect([role, action, mayDo(one, action)]).toEqual([role, action, expected]);
    }
  }
});
