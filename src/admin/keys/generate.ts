// `POST /key/generate`, `POST /key/service-account/generate`: makes keys.
import { answer, refuse, refuseAs, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { commit } from '../commit.ts';
import { detail } from '../forms.ts';
import { exceeding, inherit } from './ceiling.ts';
import { fail, fault, ok, type Fault, type Result } from '../../canonical/fault.ts';
import { findBudgets, findOrganization, findTeam } from '../../access/material.ts';
import { generatedView, keyOf, keyParts, keyView } from './view.ts';
import { generateFields } from './fields.ts';
import { aliasRefused, customKeyRefused, generationRefused, withPolicy } from './policy.ts';
import { hashOf, maskedKey, newKey } from '../../access/key-text.ts';
import { keyChanges } from './settings.ts';
import { keyMembers, type KeyRecord } from '../../access/records/key.ts';
import { maxKeyCharacters } from '../../lib/bounds.ts';
import { memberMay } from './find.ts';
import { projectRefused } from '../projects/endpoints.ts';
import { putBudget } from '../budgets/write.ts';
import { putObjectPermission } from '../object-permissions.ts';
import { readFields } from '../body/read-fields.ts';
import { readRecord, writeRecord } from '../../access/records/record.ts';
import { rightOver } from '../../access/caller.ts';
import { storeProblem } from '../../store/store-problem.ts';
import { unwritable } from '../../access/writable.ts';
import type { Database } from '../database.ts';
import { stringAt, type JsonObject } from '../../lib/json.ts';
import type { Note } from '../commit.ts';
import type { Reach } from '../../access/permissions.ts';

/** `POST /key/generate`. */
export const generateKey = (call: AdminCall): Promise<AdminAnswer> => generate(call, call.body, '/key/generate');

/** `POST /key/service-account/generate`: a key of a team that belongs to nobody. */
export async function generateServiceAccountKey(call: AdminCall): Promise<AdminAnswer> {
  const teamId = call.body['team_id'];
  if (typeof teamId !== 'string' || teamId === '') return refuseAs(detail, 'managed_invalid', 'team_id is required for service account keys. Please specify `team_id` in the request body.');
  if (!await findTeam(call.services.store.db, teamId)) return refuseAs(detail, 'managed_invalid', 'team_id does not exist in the database. Please specify a valid `team_id` in the request body.');
  const metadata = typeof call.body['metadata'] === 'object' ? call.body['metadata'] as JsonObject : {};
  const { user_id: _left, ...body } = call.body;
  return generate(call, { ...body, metadata: { ...metadata, service_account_id: call.body['key_alias'] ?? null } }, '/key/service-account/generate', true);
}

async function generate(call: AdminCall, asked: JsonObject, route: string, serviceAccount = false): Promise<AdminAnswer> {
  const { services } = call;
  const policy = withPolicy(asked, services.config, services.nowMs());
  if ('fault' in policy) return fail(policy.fault);
  const read = readFields(generateFields, policy.body);
  if (!read.ok) return { ok: false, errors: read.errors };
  const right = await rightToMake(call, policy.body, route, serviceAccount);
  if (!right.ok) return right;
  const payer = stringAt(asked, 'organization_id') ?? null;
  if (payer !== null && !call.caller.isAdmin && !call.caller.adminOrganizations.has(payer)) return refuse('managed_forbidden', 'You may put keys only into organizations that you administer.');
  const lasting = right.value.memberDuration !== null && policy.body['duration'] == null ? { ...policy.body, duration: right.value.memberDuration } : policy.body;
  const made = makeKey(call, lasting, right.value.reach, right.value.userId, asked);
  if (!made.ok) return made;
  const written = await writeKey(call, made.value, call.caller.isAdmin);
  if (!written.ok) return written;
  return answer(generatedView(written.value, made.value.plain, await keyParts(services.store.db, written.value)));
}

/** By which right the caller makes this key, and whose it will be. */
async function rightToMake(call: AdminCall, body: JsonObject, route: string, serviceAccount: boolean): Promise<Result<{ reach: Reach; userId: string | null; memberDuration: string | null }>> {
  const { caller, services } = call;
  const teamId = typeof body['team_id'] === 'string' ? body['team_id'] : null;
  const team = teamId === null ? null : await findTeam(services.store.db, teamId);
  if (teamId !== null && !team) return refuse('managed_invalid', `Unable to find team object in database. Team ID: ${teamId.slice(0, 100)}`);
  const userId = typeof body['user_id'] === 'string' ? body['user_id'] : caller.isAdmin || serviceAccount ? null : caller.userId;
  const reach = rightOver(caller, 'key.create', { userId: userId ?? (serviceAccount ? caller.userId : null), teamId, organizationId: team?.organization_id ?? null });
  const forbidden = (message: string): { ok: false; fault: Fault } => fail(fault('managed_forbidden', message));
  if (reach === null) return forbidden(`User can only create keys for themselves or for teams that they administer. Your user_id=${caller.userId ?? 'None'}.`);
  if (reach === 'own' && team && !memberMay(call, team, route)) return forbidden(`Members of the team ${team.team_id} may not call ${route} (team_member_permissions).`);
  // A key of a team acts within that team.
  if (reach !== 'all' && caller.kind === 'key' && caller.teamId !== null && caller.teamId !== teamId) return forbidden('A key of a team can only create keys of that team.');
  const teamRole = teamId === null ? null : caller.adminTeams.has(teamId) ? 'admin' : caller.memberTeams.has(teamId) ? 'user' : null;
  const refused = generationRefused(body, services.config, { role: caller.role, teamRole, ofOrganization: !caller.isAdmin && caller.adminOrganizations.size > 0 });
  // How long keys of the team's members last, unless they say themselves.
  return refused ? fail(refused) : ok({ reach, userId, memberDuration: userId === null ? null : stringAt(team?.metadata, 'team_member_key_duration') ?? null });
}

/** A key that is not written yet. */
interface MadeKey {
  plain: string;
  record: Partial<KeyRecord> & Pick<KeyRecord, 'token'>;
  /** The text was chosen by the caller. */
  custom: boolean;
  /** What the request says of it; undefined: nothing. */
  objectPermission: JsonObject | null | undefined;
}

/**
 * Makes the record of a new key from a request that was checked. Used for the first key of a new user, too. `asked`: what the caller said itself; the rest of the body is the
 * configuration's.
 */
export function makeKey({ caller, services }: Pick<AdminCall, 'caller' | 'services'>, body: JsonObject, reach: Reach, userId: string | null, asked: JsonObject = body): Result<MadeKey> {
  const denied = unwritable('key', reach, Object.keys(asked).filter((name) => Object.hasOwn(generateFields, name) && asked[name] !== null));
  if (denied !== null) return fail(fault('managed_forbidden', `Only proxy admins may set '${denied}' on keys.`));
  const read = readFields(generateFields, body);
  if (!read.ok) return fail(fault('managed_invalid', 'The body is not valid.'));
  const { values, given } = read;
  const wrongKey = values.key === null ? null : customKeyRefused(services.config) ?? wrongCustomKey(values.key, services.config);
  const wrong = wrongKey ?? aliasRefused(values.key_alias, services.config);
  if (wrong) return fail(wrong);
  const reserved = reach === 'all' || reach === 'organization' || asked['metadata'] == null;
  const changes = keyChanges(values, given, {}, reserved, services);
  if (!changes.ok) return changes;
  const plain = values.key ?? newKey();
  const at = new Date(services.nowMs()).toISOString();
  const empty = readRecord(keyMembers, {});
  let record: KeyRecord = {
    ...empty, key_type: 'default', ...changes.value, token: hashOf(plain), key_name: maskedKey(plain), user_id: userId,
    created_at: at, created_by: caller.userId, updated_at: at, updated_by: caller.userId, settings_updated_at: at,
  };
  if (reach !== 'all' && caller.key) {
    record = inherit(record, caller.key);
    const refused = exceeding(record, caller.key, services.router().groups);
    if (refused) return fail(refused);
  }
  return ok({ plain, record, custom: values.key !== null, objectPermission: given.has('object_permission') ? values.object_permission : undefined });
}

// Shorter ones can be guessed.
const leastKeyCharacters = 16;

function wrongCustomKey(key: string, config: AdminCall['services']['config']): Fault | null {
  if (config.environmentValue('LITELLM_MASTER_KEY') === key) return fault('managed_invalid', 'A virtual key cannot be the master key.');
  if (!key.startsWith('sk-')) {
    return fault('managed_invalid', `Invalid key format. LiteLLM Virtual Key must start with 'sk-'. Received: ${key.length > 8 ? `${key.slice(0, 4)}****${key.slice(-4)}` : '****'}`);
  }
  if (key.length < leastKeyCharacters) return fault('managed_invalid', `Invalid key format. LiteLLM Virtual Key must be at least ${leastKeyCharacters} characters long.`);
  return key.length > maxKeyCharacters || /\s/.test(key) ? fault('managed_invalid', `A key has at most ${maxKeyCharacters} characters and no white space.`) : null;
}

/** Writes a new key. An administrator's own key text may be given again: then it is set anew, as in LiteLLM. */
async function writeKey(call: AdminCall, { record: made, custom, objectPermission }: MadeKey, mayReplace: boolean): Promise<Result<KeyRecord>> {
  try {
    return await commit(call, async (db, note) => {
      const taken = await aliasTaken(db, made.key_alias ?? null, made.token);
      if (taken) return fail(taken);
      const unknown = await unknownOwner(db, made) ?? await projectUnfit(db, made);
      if (unknown) return fail(unknown);
      const permission = await putObjectPermission(db, objectPermission, null);
      if (!permission.ok) return permission;
      // LiteLLM keeps a soft budget in a budget of its own, which clients find by its id.
      const soft = made.soft_budget != null && made.budget_id == null ? await putBudget(db, call, null, { soft_budget: made.soft_budget }, note) : null;
      if (soft && !soft.ok) return soft;
      const record = { ...made, ...(soft && { budget_id: soft.value.budget_id }), ...(permission.value !== undefined && { object_permission_id: permission.value }) };
      const before = custom ? await db.selectFrom('virtual_keys').selectAll().where('key_hash', '=', record.token).executeTakeFirst() : undefined;
      if (before && !mayReplace) return fail(fault('managed_conflict', 'This key exists already.'));
      if (before) {
        const { spend: _spend, total_spend: _total, created_at: _at, created_by: _by, ...changes } = record;
        await db.updateTable('virtual_keys').set(writeRecord(keyMembers, changes)).where('key_hash', '=', record.token).execute();
      } else {
        await insertKey(db, record);
      }
      const key = keyOf(await db.selectFrom('virtual_keys').selectAll().where('key_hash', '=', record.token).executeTakeFirstOrThrow());
      note(createdNote(key, before ? keyView(keyOf(before)) : null));
      return ok(key);
    });
  } catch (error) {
    if (storeProblem(error) === 'duplicate') return fail(fault('managed_conflict', 'This key exists already.'));
    throw error;
  }
}

/** Why a key may not refer to this organization or budget: there is none. */
async function unknownOwner(db: Database, { organization_id: organizationId, budget_id: budgetId }: Partial<KeyRecord>): Promise<Fault | null> {
  if (organizationId != null && !await findOrganization(db, organizationId)) return fault('managed_invalid', `Organization doesn't exist in db. Organization=${organizationId.slice(0, 100)}. Create organization via \`/organization/new\` call.`);
  if (budgetId != null && (await findBudgets(db, [budgetId])).size === 0) return fault('managed_invalid', `Budget not found. budget_id=${budgetId.slice(0, 100)}`);
  return null;
}

async function projectUnfit(db: Database, made: Partial<KeyRecord>): Promise<Fault | null> {
  const refused = await projectRefused(db, { project_id: made.project_id ?? null, team_id: made.team_id ?? null });
  return refused === null ? null : fault(refused.startsWith('Project not found') ? 'managed_missing' : 'managed_invalid', refused);
}

/** Inserts a key's row. */
export async function insertKey(db: Database, record: Partial<KeyRecord> & Pick<KeyRecord, 'token'>): Promise<void> {
  const at = Date.now();
  await db.insertInto('virtual_keys').values({ key_hash: record.token, created_at_ms: at, updated_at_ms: at, ...writeRecord(keyMembers, record) }).execute();
}

/** The line of the audit log for a new key. */
export const createdNote = (key: KeyRecord, before: JsonObject | null = null): Note => ({ kind: 'key', id: key.token, action: before ? 'updated' : 'created', before, after: keyView(key) });

/** The refusal of a name that another key has. */
export async function aliasTaken(db: Database, alias: string | null, ownHash: string): Promise<Fault | null> {
  if (alias === null || alias === '') return null;
  const other = await db.selectFrom('virtual_keys').select('key_hash').where('key_alias', '=', alias).where('key_hash', '!=', ownHash).executeTakeFirst();
  return other ? fault('managed_invalid', `Key with alias '${alias.slice(0, 100)}' already exists. Unique key aliases across all keys are required.`, { type: 'bad_request_error', param: 'key_alias' }) : null;
}
