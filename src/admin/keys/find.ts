// Finds keys as callers name them, and decides by which right they may be touched.
import { findTeam } from '../../access/material.ts';
import { hashOfNamed } from '../../access/key-text.ts';
import { keyOf } from './view.ts';
import { rightOver } from '../../access/caller.ts';
import type { Action, Reach } from '../../access/permissions.ts';
import type { AdminCall } from '../endpoint.ts';
import type { FieldsRow } from '../../access/records/record.ts';
import type { KeyRecord } from '../../access/records/key.ts';
import type { TeamRecord } from '../../access/records/people.ts';

/** A key with its row. */
export interface FoundKey {
  row: FieldsRow;
  key: KeyRecord;
}

/** The key that a caller names by its text or its hash. */
export async function findKey({ services }: AdminCall, named: string): Promise<FoundKey | null> {
  const row = await services.store.db.selectFrom('virtual_keys').selectAll().where('key_hash', '=', hashOfNamed(named)).executeTakeFirst();
  return row ? { row, key: keyOf(row) } : null;
}

/** The key with this name. */
export async function findKeyByAlias({ services }: AdminCall, alias: string): Promise<FoundKey | null> {
  const row = alias === '' ? undefined : await services.store.db.selectFrom('virtual_keys').selectAll().where('key_alias', '=', alias).executeTakeFirst();
  return row ? { row, key: keyOf(row) } : null;
}

/** By which right the caller may do this with a key; null: it may not. `route`: what members of the key's team must be permitted. */
export async function rightOverKey(call: AdminCall, action: Action, key: Pick<KeyRecord, 'token' | 'user_id' | 'team_id' | 'organization_id'>, route: string): Promise<Reach | null> {
  const team = key.team_id === null || call.caller.isAdmin ? null : await findTeam(call.services.store.db, key.team_id);
  const owners = { userId: key.user_id, teamId: key.team_id, organizationId: key.organization_id ?? team?.organization_id ?? null, keyHash: key.token };
  const right = rightOver(call.caller, action, owners);
  if (right !== 'own' || key.team_id === null || action === 'key.read') return right;
  return team && memberMay(call, team, route) ? right : null;
}

/** True when members of the team may call this route for the team's keys, and the caller is one. */
export const memberMay = ({ caller }: AdminCall, team: TeamRecord, route: string): boolean =>
  caller.memberTeams.has(team.team_id) && team.team_member_permissions.includes(route);
