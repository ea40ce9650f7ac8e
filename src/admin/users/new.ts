// `POST /user/new`: makes a user, and a key for it unless `auto_create_key` is false.
import { answer, refuse, type AdminAnswer, type AdminCall } from '../endpoint.ts';
import { commit } from '../commit.ts';
import { createdNote, insertKey, makeKey } from '../keys/generate.ts';
import { fail, fault, ok, type Fault, type Result } from '../../canonical/fault.ts';
import { firstReset, wrongBudget } from '../budgets/write.ts';
import { findOrganization, findTeam } from '../../access/material.ts';
import { generatedView, keyOf } from '../keys/view.ts';
import { hasEmail, keptEmail } from './email.ts';
import { insertUser } from './write.ts';
import { isJsonObject, type JsonObject } from '../../lib/json.ts';
import { newUserFields } from './fields.ts';
import { passwordPolicy, passwordProblem } from '../../access/password-policy.ts';
import { putOrganizationMember, putTeamMember } from '../members.ts';
import { randomUUID } from 'node:crypto';
import { readFields } from '../body/read-fields.ts';
import { rolesOf } from '../../access/caller.ts';
import { storeProblem } from '../../store/store-problem.ts';
import { unwritable } from '../../access/writable.ts';
import type { BodyOf } from '../body/field.ts';
import { keyMembers, type KeyRecord } from '../../access/records/key.ts';
import { readRecord } from '../../access/records/record.ts';
import type { Reach } from '../../access/permissions.ts';
import type { UserRecord } from '../../access/records/people.ts';

type NewUser = BodyOf<typeof newUserFields>;

/** The handler. */
export const newUser = (call: AdminCall): Promise<AdminAnswer> => makeUser(call, call.body);

// What the user's first key is given of the request: what names it, and what LiteLLM writes into it, too.
const keyMembersGiven = [
  'key_alias', 'duration', 'team_id', 'models', 'key_type', 'metadata', 'tpm_limit', 'rpm_limit', 'max_parallel_requests', 'aliases', 'config', 'permissions', 'allowed_cache_controls', 'blocked',
  'model_rpm_limit', 'model_tpm_limit',
] as const;

/** Makes the user that a body describes. */
export async function makeUser(call: AdminCall, asked: JsonObject): Promise<AdminAnswer> {
  const body = withDefaults(asked, call);
  const read = readFields(newUserFields, body);
  if (!read.ok) return { ok: false, errors: read.errors };
  const { values } = read;
  const right = rightToMake(call, values, Object.keys(asked));
  if (!right.ok) return right;
  const wrong = wrongBudget(values) ?? (values.password === null ? null : passwordProblem(values.password, passwordPolicy(call.services.config.generalSettings)));
  if (wrong !== null) return refuse('managed_invalid', wrong);
  const userId = values.user_id ?? randomUUID();
  const passwordHash = values.password === null ? null : await Bun.password.hash(values.password);
  const keyBody: JsonObject = Object.fromEntries(keyMembersGiven.flatMap((name) => (body[name] == null ? [] : [[name, body[name]]])));
  const key = values.auto_create_key ? makeKey(call, keyBody, right.value, userId) : null;
  if (key && !key.ok) return key;
  try {
    const made = await commit(call, async (db, note): Promise<Result<{ user: UserRecord; key: KeyRecord | null }>> => {
      const taken = await isTaken(db, userId, values.user_email);
      if (taken) return fail(taken);
      const unknown = await unknownPlace(db, values);
      if (unknown) return fail(unknown);
      const user = await insertUser(db, call, { ...recordOf(values, call), user_id: userId }, note, passwordHash);
      for (const team of values.teams ?? []) await putTeamMember(db, call, typeof team === 'string' ? team : teamIdOf(team), { user_id: userId, role: roleIn(team) }, null, note);
      for (const organization of values.organizations ?? []) await putOrganizationMember(db, call, organization, { user_id: userId }, null, note);
      if (!key) return ok({ user, key: null });
      await insertKey(db, key.value.record);
      const record = keyOf(await db.selectFrom('virtual_keys').selectAll().where('key_hash', '=', key.value.record.token).executeTakeFirstOrThrow());
      note(createdNote(record));
      return ok({ user, key: record });
    });
    return made.ok ? answer(view(made.value.user, made.value.key, key?.ok ? key.value.plain : '', values)) : made;
  } catch (error) {
    if (storeProblem(error) === 'duplicate') return refuse('managed_conflict', `User with id ${userId.slice(0, 100)} already exists`);
    throw error;
  }
}

// What is said of the key where none was made.
const keyless: JsonObject = {
  ...generatedView(readRecord(keyMembers, {}), ''), token: null, token_id: null, key_name: null, key_type: null, router_settings: null, access_group_ids: null, blocked: null, created_by: null, updated_by: null,
};

const teamIdOf = (team: unknown): string => (isJsonObject(team) && typeof team['team_id'] === 'string' ? team['team_id'] : '');
const roleIn = (team: unknown): string => (isJsonObject(team) && team['user_role'] === 'admin' ? 'admin' : 'user');

function withDefaults(body: JsonObject, { services }: AdminCall): JsonObject {
  const { defaultInternalUserParams, maxInternalUserBudget, defaultMaxInternalUserBudget, internalUserBudgetDuration } = services.config.litellmSettings;
  const filled: JsonObject = { ...body };
  const put = (name: string, value: unknown): void => {
    if (filled[name] == null && value != null) filled[name] = value as JsonObject[string];
  };
  for (const [name, value] of Object.entries(defaultInternalUserParams ?? {})) put(name, value);
  put('user_role', 'internal_user');
  if (filled['user_role'] !== 'proxy_admin') {
    put('max_budget', maxInternalUserBudget ?? defaultMaxInternalUserBudget);
    put('budget_duration', internalUserBudgetDuration);
  }
  return filled;
}

/** Administrators of organizations make users of their organizations, without rights over the installation. */
function rightToMake(call: AdminCall, values: NewUser, named: readonly string[]): Result<Reach> {
  const { caller } = call;
  if (rolesOf(caller).includes('proxy_admin')) return ok('all');
  const forbidden = (message: string): { ok: false; fault: Fault } => fail(fault('managed_forbidden', message));
  const organizations = values.organizations ?? [];
  if (organizations.length === 0 || organizations.some((id) => !caller.adminOrganizations.has(id))) return forbidden('Organization admins create users of their organizations: give `organizations`.');
  if (values.user_role !== 'internal_user' && values.user_role !== 'internal_user_viewer') return forbidden(`Only proxy admins may give the role '${values.user_role}'.`);
  if ((values.teams ?? []).some((team) => !caller.adminTeams.has(typeof team === 'string' ? team : teamIdOf(team)))) return forbidden('You can only put users into teams that you administer.');
  const denied = unwritable('user', 'organization', named.filter((name) => Object.hasOwn(newUserFields, name)));
  return denied === null ? ok('organization') : forbidden(`Only proxy admins may set '${denied}' on users.`);
}

/** A team or an organization that the user is to belong to, and that is not there. */
async function unknownPlace(db: AdminCall['services']['store']['db'], values: NewUser): Promise<Fault | null> {
  for (const team of values.teams ?? []) {
    const id = typeof team === 'string' ? team : teamIdOf(team);
    if (!await findTeam(db, id)) return fault('managed_invalid', `Team not found, passed team id: ${id.slice(0, 100)}.`);
  }
  for (const id of values.organizations ?? []) if (!await findOrganization(db, id)) return fault('managed_invalid', `Organization not found, passed organization_id=${id.slice(0, 100)}`);
  return null;
}

async function isTaken(db: AdminCall['services']['store']['db'], userId: string, email: string | null): Promise<Fault | null> {
  if (await db.selectFrom('users').select('user_id').where('user_id', '=', userId).executeTakeFirst()) return fault('managed_conflict', `User with id ${userId.slice(0, 100)} already exists`);
  if (email === null) return null;
  const other = await db.selectFrom('users').select('user_id').where(hasEmail(email)).executeTakeFirst();
  return other ? fault('managed_conflict', `User with email ${email.slice(0, 100)} already exists`) : null;
}

function recordOf(values: NewUser, { services }: AdminCall): Partial<UserRecord> {
  return {
    user_email: keptEmail(values.user_email), user_alias: values.user_alias, user_role: values.user_role, sso_user_id: values.sso_user_id, organization_id: values.organizations?.[0] ?? null,
    max_budget: values.max_budget, soft_budget: values.soft_budget, budget_duration: values.budget_duration, budget_reset_at: firstReset(values.budget_duration, services),
    tpm_limit: values.tpm_limit, rpm_limit: values.rpm_limit, max_parallel_requests: values.max_parallel_requests, models: values.models ?? [], metadata: metadataGiven(values),
    model_max_budget: values.model_max_budget ?? {}, allowed_cache_controls: values.allowed_cache_controls ?? [],
  };
}

function metadataGiven(values: NewUser): JsonObject {
  const named = (['model_rpm_limit', 'model_tpm_limit', 'tags'] as const).flatMap((name) => (values[name] === null ? [] : [[name, values[name]] as const]));
  return { ...values.metadata, ...Object.fromEntries(named) };
}

function view(user: UserRecord, key: KeyRecord | null, plain: string, values: NewUser): JsonObject {
  const shown: JsonObject = key ? generatedView(key, plain) : keyless;
  return {
    ...shown, ...(!key && { created_at: user.created_at, updated_at: user.updated_at }),
    user_id: user.user_id, user_email: user.user_email, user_role: user.user_role, user_alias: user.user_alias, teams: values.teams, organizations: values.organizations,
    models: user.models, max_budget: user.max_budget, budget_duration: user.budget_duration, tpm_limit: user.tpm_limit, rpm_limit: user.rpm_limit, metadata: user.metadata, spend: user.spend, max_parallel_requests: user.max_parallel_requests,
  };
}
